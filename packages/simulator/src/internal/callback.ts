/** An absolute http or https address without a query. Plain http is allowed for private lines, so also for a desk. */
export const callback = (value: string): boolean => /^https?:\/\/[^?#]+$/.test(value) && URL.canParse(value);
