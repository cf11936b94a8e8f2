import type { Pair } from "./pair.ts";

/** Stores of refunds, and what becomes of the refunds in them. */
export const stores: ReadonlyArray<Pair> = [
  ["the store {=0} cannot be used: {=1}", "存储 {0} 无法使用：{1}"],
  ["the store {=0} failed: {=1}", "存储 {0} 出错：{1}"],
  ["the store given", "所给的存储"],
  ["the file given", "所给的文件"],
  // Which store.
  [
    "name the store: --store FILE, --database ADDRESS, or WECHAT_REFUND_DATABASE",
    "请指定存储：--store 文件、--database 地址，或 WECHAT_REFUND_DATABASE",
  ],
  ["--store and --database name two stores: give one of them", "--store 与 --database 指定了两个存储：请只保留一个"],
  [
    "must be sqlite: and the path of a file, or begin with postgres://",
    "必须是 sqlite: 加文件路径，或以 postgres:// 开头",
  ],
  [
    "WECHAT_REFUND_DATABASE must be sqlite: and the path of a file, or begin with postgres://",
    "WECHAT_REFUND_DATABASE 必须是 sqlite: 加文件路径，或以 postgres:// 开头",
  ],
  [
    "it must begin with sqlite: and the path of a file, or with postgres:// and a server's address",
    "必须是 sqlite: 加文件路径，或 postgres:// 加服务器地址",
  ],
  [
    "must be the path of a file, such as ./refunds.db, and not look like a key",
    "必须是文件路径，如 ./refunds.db，且不能像密钥",
  ],
  [
    "must hold no password, for a command line is seen by others: give the address in WECHAT_REFUND_DATABASE",
    "不能含密码（命令行会被他人看到）：请在 WECHAT_REFUND_DATABASE 中给出地址",
  ],
  ["there is no store {=0}: name the one that was made", "没有存储 {0}：请指定已创建的存储"],
  ["there is no store {=0}: put the backup there first", "没有存储 {0}：请先把备份放到该处"],
  [
    "{=0} holds simulated refunds, and a batch sends real ones: give another file",
    "{0} 中是模拟退款，而 batch 发出真实退款：请改用其他文件",
  ],
  // A file.
  ["(a value that is no path)", "（不是路径的值）"],
  ["it takes the path of a file, such as ./refunds.db", "需要文件路径，如 ./refunds.db"],
  [
    "it takes the path of a file, such as ./refunds.db; for a server's address there is Postgres.layer",
    "需要文件路径，如 ./refunds.db；服务器地址请用 Postgres.layer",
  ],
  ["it is a directory: name a file in it, such as refunds.db", "这是一个目录：请指定其中的文件，如 refunds.db"],
  ["it is no regular file: name another", "不是普通文件：请换一个"],
  [
    "the file has a second name (a hard link), which has another lock: remove one of them",
    "该文件有另一个名称（硬链接），其锁不同：请删除其中之一",
  ],
  ["put the file on a disk of this machine, or use PostgreSQL", "请把文件放在本机磁盘上，或使用 PostgreSQL"],
  ["it lies on {=0}, where locks do not keep another machine out: {!1}", "位于 {0} 上，其文件锁挡不住其他机器：{1}"],
  ["SMB (CIFS)", "SMB（CIFS）"],
  ["a VirtualBox shared folder", "VirtualBox 共享文件夹"],
  [
    "its directory does not exist, or a link leads nowhere: make the directory first",
    "所在目录不存在，或链接无效：请先创建目录",
  ],
  ["its links lead in a circle: name the file itself", "链接成环：请直接指定文件"],
  ["the file system is mounted read-only: name a file on another", "文件系统以只读方式挂载：请改用其他位置的文件"],
  [
    "the file, those beside it that begin with its name, and its directory must be readable and writable by the user that this process runs as",
    "运行本进程的用户必须能读写该文件、旁边以其名称开头的文件及其目录",
  ],
  ["the disk is full: make room, then start again", "磁盘已满：请腾出空间后重新启动"],
  [
    "another program is writing to it, such as sqlite3 or a backup: end that, then start again",
    "其他程序（如 sqlite3 或备份）正在写入：请结束后重新启动",
  ],
  [
    "another program is writing to it: end that, then run the same again",
    "其他程序正在写入：请结束后用相同的命令再次运行",
  ],
  [
    "SQLite finds the database damaged: move it away with the -wal and -shm beside it, and put a backup in its place",
    "SQLite 判定数据库已损坏：请将其与旁边的 -wal 和 -shm 一并移走，再换上备份",
  ],
  [
    "the store's file was deleted or replaced: put it back, and start again",
    "存储文件已被删除或替换：请先放回，再重新启动",
  ],
  [
    "another process has the store, for its lock was removed: end one of them",
    "锁文件被删除后，另一个进程占用了该存储：请结束其中一个",
  ],
  ["the file is not a database: name another, or move it away", "该文件不是数据库：请换一个，或将其移走"],
  ["the system refuses it: check the file and its disk", "系统拒绝访问：请检查该文件与磁盘"],
  ["{0} beside it is not its lock: move that away", "旁边的 {0} 不是它的锁文件：请将其移走"],
  [
    "end that (`fuser {0}` names it), or use PostgreSQL for several",
    "请结束该进程（可用 `fuser {0}` 查出），多进程请使用 PostgreSQL",
  ],
  ["another process has it, or this one has it already: {!0}", "已被其他进程（或本进程）占用：{0}"],
  [
    "it is another program's database, which is left as it is: name a file of its own",
    "这是其他程序的数据库，保持不动：请另用一个文件",
  ],
  ["SQLite cannot keep a log (WAL) there", "SQLite 无法在该处保存日志（WAL）"],
  ["there is no such file: name the store that was made", "没有这个文件：请指定已创建的存储"],
  ["it is empty: no store was made in it yet", "该文件为空：其中尚未创建存储"],
  ["it is no store of refunds: name another", "不是退款存储：请换一个"],
  [
    "this run time has no node:sqlite: use Node 22.19 or newer, or PostgreSQL",
    "当前运行环境没有 node:sqlite：请使用 Node 22.19 以上版本，或 PostgreSQL",
  ],
  // A server.
  [
    "PostgreSQL needs a package that is not installed: npm install @effect/sql-pg@^4.0.5",
    "PostgreSQL 需要的包没有安装：npm install @effect/sql-pg@^4.0.5",
  ],
  ["(an address that is not shown)", "（不显示的地址）"],
  ["listenUrl: {=0}", "listenUrl：{0}"],
  [
    "it takes an address such as postgres://user:password@host:5432/database, in which / ? # @ : % of a password are written as %2F %3F %23 %40 %3A %25",
    "需要形如 postgres://用户:密码@主机:5432/数据库 的地址，其中密码里的 / ? # @ : % 须写成 %2F %3F %23 %40 %3A %25",
  ],
  [
    "the address is not complete: it takes postgres://user:password@host:5432/database",
    "地址不完整：应为 postgres://用户:密码@主机:5432/数据库",
  ],
  [
    "the server knows no such user with this password: check both in the address",
    "用户名或密码不对：请检查地址中的两者",
  ],
  [
    "the server does not let this user in from here: the role needs LOGIN, and pg_hba.conf a line for it",
    "服务器不允许该用户从此处登录：该角色需要 LOGIN 权限，pg_hba.conf 中需要对应的一行",
  ],
  [
    "the server has no database of this name: make it (CREATE DATABASE), or name another",
    "服务器上没有这个数据库：请创建（CREATE DATABASE），或换一个",
  ],
  [
    "the role may not do this in the database: GRANT it CONNECT, and CREATE on its schema",
    "该角色在数据库中没有权限：请 GRANT CONNECT，以及模式上的 CREATE",
  ],
  ["the server takes no writes: name the primary, not a standby", "服务器不接受写入：请使用主库，而不是备库"],
  [
    "the server takes no writes: name the primary, not a standby, and check default_transaction_read_only",
    "服务器不接受写入：请使用主库而不是备库，并检查 default_transaction_read_only",
  ],
  [
    "the database's encoding does not have all characters: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
    "数据库的编码无法保存所有字符：请用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 另建一个",
  ],
  [
    "the server has no connection left: lower maxConnections here or elsewhere, or raise the server's max_connections",
    "服务器连接数已满：请调低此处或其他地方的 maxConnections，或调高服务器的 max_connections",
  ],
  ["the server's disk is full: make room there", "服务器磁盘已满：请腾出空间"],
  ["the server is starting or stopping: try again when it is up", "服务器正在启动或停止：请在其就绪后再试"],
  [
    "nothing listens there: start the server, or check host and port",
    "该处没有服务在监听：请启动服务器，或检查主机与端口",
  ],
  ["the host's name is not known: check it, or the name server", "主机名未知：请检查主机名或 DNS"],
  [
    "the server cannot be reached: check network and firewall between here and there",
    "无法连接服务器：请检查其间的网络与防火墙",
  ],
  [
    "the server's certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS",
    "服务器证书不受信任：请用 NODE_EXTRA_CA_CERTS 指定其 CA",
  ],
  [
    "the server's certificate is not valid for this host: have it renewed, or correct the host",
    "服务器证书对该主机无效：请更新证书，或修正主机名",
  ],
  [
    "the server does not answer in time: check that host and port are a PostgreSQL's",
    "服务器没有及时应答：请确认主机与端口是 PostgreSQL 的",
  ],
  [
    "the server has no TLS: switch it on there, or leave sslmode=require out",
    "服务器没有启用 TLS：请启用，或去掉 sslmode=require",
  ],
  ["the server asks for a password: put it into the address", "服务器要求密码：请写在地址中"],
  [
    "the server's answer is not understood: check that host and port are a PostgreSQL's, and its log",
    "无法理解服务器的应答：请确认主机与端口是 PostgreSQL 的，并查看其日志",
  ],
  ["the user may not do that there", "该用户在此没有权限"],
  ["it does not answer: check that the server runs and is reached", "没有应答：请确认服务器在运行且可以连接"],
  ["it was asked, and nothing was heard for {0} s", "已发出请求，{0} 秒内没有任何回应"],
  // Its form.
  [
    "there is a schema {0} that is not ours; nothing was changed. Give another database",
    "模式 {0} 不是本程序的；没有作任何改动。请改用其他数据库",
  ],
  [
    "it is a database of another program; nothing was changed. Give another file",
    "这是其他程序的数据库；没有作任何改动。请改用其他文件",
  ],
  [
    "it was made by a newer version (form {0}, this one knows {1}); nothing was changed. Run that version",
    "由更新的版本创建（结构版本 {0}，本版本只认识到 {1}）；没有作任何改动。请运行该版本",
  ],
  [
    "the role may not make the store's tables, or not use them: let one that may run what `wechat-refund store migrate --print-sql` prints, and GRANT this one USAGE ON SCHEMA {0} and SELECT, INSERT, UPDATE, DELETE ON ALL TABLES in it",
    "该角色无权创建或使用存储的表：请由有权限的角色执行 `wechat-refund store migrate --print-sql` 的输出，并授予本角色 USAGE ON SCHEMA {0} 以及其中 ALL TABLES 的 SELECT、INSERT、UPDATE、DELETE",
  ],
  [
    "its form is not there yet, and this version needs {0}: run `wechat-refund store migrate`, or what it prints with --print-sql",
    "尚未建立表结构，本版本需要结构版本 {0}：请运行 `wechat-refund store migrate`，或执行其 --print-sql 的输出",
  ],
  [
    "its form is {0}, and this version needs {1}: run `wechat-refund store migrate`, or what it prints with --print-sql",
    "结构版本为 {0}，本版本需要 {1}：请运行 `wechat-refund store migrate`，或执行其 --print-sql 的输出",
  ],
  ["another process is bringing it up to date; start again", "其他进程正在升级该存储；请重新启动"],
  // A refund in it.
  [
    "refund {0} was recorded with other fields ({1}): nothing is sent. Another refund needs a number of its own; the same one needs the same fields",
    "退款 {0} 已以其他字段登记（{1}）：没有发送。另一笔退款要有自己的单号；同一笔退款的字段必须相同",
  ],
  ["there is no refund {0} of this merchant in the store", "存储中没有该商户的退款 {0}"],
  [
    "refund {0} ended as {1} and was removed from the store since: its number is never used again",
    "退款 {0} 已以 {1} 结束，并已从存储中清除：该单号不会再使用",
  ],
  [
    "refund {0} is {1}; it may have been sent, so it is too late to cancel it: {!2}",
    "退款 {0} 的状态为 {1}；可能已发出，来不及取消：{2}",
  ],
  ["refund {0} is {1}: {!2}", "退款 {0} 的状态为 {1}：{2}"],
  ["nothing can be done with it any more", "已不能再作任何操作"],
  ["possible are: {0}", "可用的操作：{0}"],
  [
    "refund {0} (row {1}): its {2} cannot be read by this version, or is another than was recorded; nothing is done with it. If a newer version wrote it, run that one; if it was changed by hand, change it back",
    "退款 {0}（第 {1} 行）：本版本无法读取其 {2}，或其与登记时不同；不作任何处理。若由更新的版本写入，请运行该版本；若曾手工改动，请改回",
  ],
  [
    "this process knows no merchant {0}, and its refunds wait for one that does; name it in its configuration",
    "本进程没有商户 {0} 的配置，其退款等待由有该配置的进程处理；请在配置中加上",
  ],
  // The rules that must hold.
  ["what is not over is looked at again", "未了结的退款会再次查看"],
  ["what is over is not looked at, and no call of it is under way", "已了结的退款不再查看，也没有进行中的请求"],
  ["a refund is at most its order's amount", "退款不超过订单金额"],
  ["the refunds of an order that were accepted are at most its amount", "一笔订单已受理的退款合计不超过订单金额"],
  ["the history counts 1, 2, 3 … and ends where the refund is", "历史按 1、2、3……编号，末条与退款现状一致"],
  ["each line of a history and each proof is a refund's", "每条历史记录和每份凭证都属于一笔退款"],
  ["the ids that a server gives come after those that are there", "服务器分配的 id 大于已有的 id"],
  ["the last line of the history says what the refund is", "历史的末条与退款状态一致"],
  ["each line of the history begins where the one before ended", "历史的每一条都接续上一条"],
  ["final is for ever", "终态不再改变"],
  ["accepted is never taken back", "已受理不会撤回"],
  [
    "a success and a closing are proved by a signed reply that is kept, or was",
    "成功与关闭都有（曾）保存的签名应答为证",
  ],
  ["a number that was removed is not used again", "已清除的单号不再使用"],
  ["a later line of a refund's history has a later position", "历史中靠后的条目，位置也靠后"],
  ["SQLite finds nothing broken in the file", "SQLite 未发现文件损坏"],
  ["the totals are those of the rows", "合计与各行一致"],
  ["a day of the books that was compared says what was found", "已对账的日期记有对账结果"],
  ["a day of the books keeps as many differences as it says", "对账日期保存的差异数与记录一致"],
  ["what differs on a day of the books that is done was asked for", "已完成对账的日期，其差异都已查询"],
  [
    "a day of the books that is over is nobody's, and nothing of it waits",
    "已了结的对账日期不属于任何进程，也没有待办",
  ],
  ["its {0} can be read, and is the one that was recorded", "其 {0} 可以读取，且与登记时相同"],
  ["its truth and block are those of its progress", "状态与受阻原因与其进展一致"],
  ["its fingerprint is that of its request", "指纹与其请求一致"],
  ["no call of what is over is open", "已了结的退款没有未结束的请求"],
  [
    "{0} refunds of {1} are not ended, and no merchant here has this number: configure it again, unless another service sees to them",
    "商户 {1} 有 {0} 笔退款未结束，而此处没有配置该商户号：请重新配置，除非由其他服务处理",
  ],
  // What its workers say.
  [
    "refund {0} has a status that is not documented, {=1}: look at it in the merchant platform (商户平台)",
    "退款 {0} 的状态 {1} 在文档之外：请到商户平台查看",
  ],
  ["refund {0} goes on: {1} is over", "退款 {0} 继续处理：{1} 已解除"],
  ["refund {0} is blocked ({1}), {2}: {!3}", "退款 {0} 受阻（{1}），{2}：{3}"],
  ["refund {0} is {1}", "退款 {0} 的状态为 {1}"],
  ["refund {0}: what came of it cannot be stored yet: {1}", "退款 {0}：结果暂时无法写入存储：{1}"],
  [
    "refund {0} was accepted as {1}, and a notice says {2} of {3} fen for {4}: nothing is overwritten; ask by a signed query, and see that the money does not go twice",
    "退款 {0} 受理时的微信退款单号为 {1}，而退款结果通知称 {4} 为 {2}，{3} 分：不做任何改写；请以带签名的查询核实，并确认款项不会重复退还",
  ],
  [
    "refund {0} is {1} here, and a notice says {2} of {3} fen: nothing is overwritten; ask by a signed query, and see that the money does not go twice",
    "退款 {0} 在此为 {1}，而退款结果通知为 {2}，{3} 分：不做任何改写；请以带签名的查询核实，并确认款项不会重复退还",
  ],
  [
    "refund {0} was accepted as {1}, and its repetition as {2}: see that the money does not go twice",
    "退款 {0} 受理时的微信退款单号为 {1}，重发后受理的却是 {2}：请确认没有重复退款",
  ],
  [
    "refund {0} was resolved while a call of it was under way, and WeChat Pay has accepted it: see that the money does not go twice",
    "退款 {0} 在请求进行中被人工了结，而微信支付已受理：请核实是否会重复付款",
  ],
  [
    "refund {0}: another process has taken it over; what came of this call is asked for again",
    "退款 {0}：已由其他进程接手；本次请求的结果将重新查询",
  ],
  ["refund {0}: the begin of a call cannot be stored: {1}", "退款 {0}：请求的开始无法写入存储：{1}"],
  ["refund {0}: a step failed and is done again", "退款 {0}：一个步骤失败，将重做"],
  ["what held merchant {0} cannot be lifted in the store yet: {1}", "商户 {0} 的受阻原因暂时无法在存储中解除：{1}"],
  ["events wait for the store: {0}", "事件等待存储恢复：{0}"],
  ["the sequencer met a defect", "事件排序出现内部错误"],
  ["this process ends, to be started again: {=0}", "本进程将结束，请重新启动：{0}"],
  [
    "the database gave neither a result nor an error within {0} s, {1} times",
    "数据库在 {0} 秒内既无结果也无错误，已 {1} 次",
  ],
  ["a refund whose turn had come could not be claimed for {0} s", "轮到处理的退款 {0} 秒内无法取得"],
  ["the store has not been looked at for {0} s", "存储已 {0} 秒没有被查看"],
  ["the store has not been looked at yet", "存储尚未被查看"],
  [
    "removed {0} refunds, {1} proofs and {2} days of the books that were older than they are kept",
    "已清除超过保存期限的 {0} 笔退款、{1} 份凭证和 {2} 天的对账",
  ],
  ["what is over cannot be removed yet: {0}", "已了结的记录暂时无法清除：{0}"],
  ["not listening: {0}", "没有监听通知：{0}"],
  [
    "the store's clock was set back by {0} s; what was planned is planned anew",
    "存储的时钟被拨回 {0} 秒；已重新安排计划",
  ],
  ["due refunds cannot be read: {0}", "无法读取到期的退款：{0}"],
  ["the worker met a defect", "处理进程出现内部错误"],
  [
    "the store cannot be reached, and the leases of this process end: nothing more is begun",
    "无法连接存储，本进程的租约即将到期：不再开始新的请求",
  ],
  ["the store cannot be reached: {0}", "无法连接存储：{0}"],
  [
    "there is no refund of this number in the store: check the number and the store",
    "存储中没有该单号的退款：请核对单号与存储",
  ],
  ["there is no refund of this number in the store: check the number", "存储中没有该单号的退款：请核对单号"],
  [
    "several merchants have a refund {0}: name one with --mch-id, and --sub-mch-id",
    "多个商户有退款 {0}：请用 --mch-id 与 --sub-mch-id 指明",
  ],
  [
    "several merchants have a refund {0}: wechat-refund refunds show --mch-id",
    "多个商户有退款 {0}：wechat-refund refunds show --mch-id",
  ],
  [
    "PostgreSQL is backed up by its own tools: pg_dump --schema=wechat_refund, or a backup of the server",
    "PostgreSQL 请用其自带工具备份：pg_dump --schema=wechat_refund，或备份整个服务器",
  ],
  ["{0} exists already: name another file", "{0} 已存在：请换一个"],
  // What is written for others.
  ["is a directory: name another", "是一个目录：请换一个"],
  ["is no regular file: name another", "不是普通文件：请换一个"],
  ["exists already: name another, or move it away", "已存在：请换一个，或将其移走"],
  ["has a second name (a hard link): name another", "有另一个名称（硬链接）：请换一个"],
  [
    "is not an export of refunds as this command wrote it, and stays as it is: name another",
    "不是本命令所写的退款导出文件，保持不动：请换一个",
  ],
  ["was made by somebody meanwhile: name another", "其间已被创建：请换一个"],
  [
    "cannot be written ({0}): check its directory, its permissions and the disk",
    "无法写入（{0}）：请检查目录、权限与磁盘",
  ],
  // Acts and filters.
  ["must say why", "必须说明原因"],
  [
    "must be a day such as 2026-11-23, or a time such as 2026-11-23T10:00:00+08:00",
    "必须是日期，如 2026-11-23，或时间，如 2026-11-23T10:00:00+08:00",
  ],
  ["must be some of {0}, parted by commas", "必须是以下的一个或多个，以逗号分隔：{0}"],
  ["must be any, or some of {0}, parted by commas", "必须是 any，或以下的一个或多个，以逗号分隔：{0}"],
];
