/** Before the tests of every package: an error keeps as many frames as Node gives a user. Ten times as many, as the runner wants, cost 6 % of all. */
Error.stackTraceLimit = 10;
