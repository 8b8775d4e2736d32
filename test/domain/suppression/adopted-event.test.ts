import type { AddressKey } from '../../../shared/domain/address.ts';
import { eventId } from '../../../shared/domain/feedback/event-id.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { adoptedEvent, type ListedAddress } from '../../../shared/domain/suppression/adopted-event.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { day, noon } from '../../support/ses.ts';

const entry: ListedAddress = {
  address: { key: 'ann@example.net' as AddressKey, original: 'Ann@Example.net' },
  reason: 'COMPLAINT',
  updatedAt: noon,
};

test('the event of an entry adopts the address and is counted nowhere', () => {
  expect(adoptedEvent(entry)).toEqual({
    // Records remember the id, so it must not change.
    id: eventId('listed', 'COMPLAINT', String(noon), 'ann@example.net'),
    address: 'ann@example.net',
    originalAddress: 'Ann@Example.net',
    class: 'listed',
    rule: 'ses-account-list',
    effect: 'adopt',
    suspected: false,
    metric: null,
    contributors: [],
    scopes: [],
    sentAt: noon,
    at: noon,
    subType: 'COMPLAINT',
    messageId: '',
    channel: 'account-list',
  });
});

test('an entry has the same id each time it is read, and another one after SES has updated it', () => {
  const id = (fields: Partial<ListedAddress> = {}) => adoptedEvent({ ...entry, ...fields }).id;
  expect(id()).toBe(id());
  expect(id({ address: { ...entry.address, original: 'ANN@example.net' } })).toBe(id());
  const others = [
    id({ reason: 'BOUNCE' }),
    id({ updatedAt: noon + 1 }),
    id({ address: { ...entry.address, key: 'bob@example.net' as AddressKey } }),
  ];
  expect(new Set([id(), ...others]).size).toBe(4);
});

test('an adopted address is suppressed permanently, a message lookup is pending, and nothing is counted', () => {
  const { record, counts } = decide(undefined, adoptedEvent(entry), defaultPolicy, noon + day);
  expect(counts).toEqual([]);
  expect(record).toMatchObject({
    status: 'suppressed',
    reason: 'ses-list',
    addressVariants: ['Ann@Example.net'],
    pendingSync: { regions: ['look'], due: noon },
    prevented: 0,
  });
  expect(record).not.toHaveProperty('until');
  expect(decide(record, adoptedEvent(entry), defaultPolicy, noon + day).record).toBe(record);
});
