import type { UserRow } from './model.js';

/** Whose keys nearly all of a sandbox's keys are. */
export const CURRENT_USER: UserRow = {
  id: 1,
  uuid: '00000000-0000-4000-a000-000000000001',
  distinct_id: 'sandbox-user-1',
  first_name: 'Sandy',
  last_name: 'Box',
  email: 'sandy@example.com',
  is_email_verified: true,
  hedgehog_config: null,
  role_at_organization: 'product',
};

/** A colleague in the same organization. */
export const OTHER_USER: UserRow = {
  ...CURRENT_USER,
  id: 2,
  uuid: '00000000-0000-4000-a000-000000000002',
  distinct_id: 'sandbox-user-2',
  first_name: 'Robin',
  last_name: 'Colleague',
  email: 'robin@example.com',
};
