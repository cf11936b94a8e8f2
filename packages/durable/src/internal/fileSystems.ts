/**
 * The file systems on which a SQLite file is not safe, told by the number that Linux gives them. Their locks do not hold, or do not
 * reach the other machine: two processes would both think that the store is theirs.
 */

// The magic numbers of statfs(2) and of linux/magic.h.
const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "SMB (CIFS)"],
  [0x65735546, "FUSE"],
  [0x01021997, "9p"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x564c, "NCP"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "a VirtualBox shared folder"],
]);

/** The name of a file system that other machines write to as well, by the type that `statfs` gives; nothing for the others. */
export const networkFileSystem = (type: number): string | undefined => networked.get(type >>> 0);
