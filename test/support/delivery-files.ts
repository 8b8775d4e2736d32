import type { DeliveryFiles, DeliveryMergeFiles } from '../../shared/deliveries/delivery-files.ts';

/** The files of the memory of deliveries, in memory. Each write of a month is a new version, as S3's entity tags are. */
export type TestDeliveryFiles = DeliveryFiles &
  DeliveryMergeFiles & {
    readonly appended: Map<string, Uint8Array>;
    readonly months: Map<string, { readonly bytes: Uint8Array; readonly version: number }>;
    /** Called before each operation. Throw to let it fail. */
    onCall: (operation: string) => void;
    calls: number;
  };

export function createTestDeliveryFiles(): TestDeliveryFiles {
  const appended = new Map<string, Uint8Array>();
  const months: TestDeliveryFiles['months'] = new Map();
  let count = 0;
  const call = (operation: string) => {
    files.calls++;
    files.onCall(operation);
  };
  const files: TestDeliveryFiles = {
    appended,
    months,
    calls: 0,
    onCall: () => {},
    async append(hashes) {
      call('append');
      appended.set(String(count++).padStart(6, '0'), hashes);
    },
    async readPart(month, { start, end, version }) {
      call('readPart');
      const file = months.get(month);
      if (file === undefined) return undefined;
      if (version !== undefined && version !== String(file.version)) return 'changed';
      return { bytes: file.bytes.slice(start, end), version: String(file.version) };
    },
    async listAppended() {
      call('list');
      return [...appended.keys()].sort().slice(0, 1000);
    },
    async readAppended(name) {
      call('readAppended');
      return appended.get(name) ?? new Uint8Array();
    },
    async removeAppended(names) {
      call('remove');
      for (const name of names) appended.delete(name);
    },
    async readMonth(month) {
      call('readMonth');
      return months.get(month)?.bytes;
    },
    async writeMonth(month, bytes) {
      call('writeMonth');
      months.set(month, { bytes, version: (months.get(month)?.version ?? 0) + 1 });
    },
  };
  return files;
}
