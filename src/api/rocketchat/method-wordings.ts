import { meteor, plain, type Wordings } from './wording.ts';

const takeInquiry = { method: 'livechat:takeInquiry' };
/** Of a chat that is to be taken. */
export const takenInquiry = {
  'error-agent-status-service-offline': meteor(undefined, undefined, takeInquiry),
  'error-inquiry-taken': meteor(undefined, undefined, takeInquiry),
  'inquiry-not-found': meteor('error-not-found', undefined, takeInquiry),
};
const closeRoom = { method: 'livechat:closeRoom' };
const returnAsInquiry = { method: 'livechat:returnAsInquiry' };
const changeStatus = { method: 'livechat:changeLivechatStatus' };
/** Of a message that a user sends. */
export const agentMessage: Wordings = {
  'invalid-room': { form: 'plain', code: 'error-invalid-room' },
  'message-too-long': meteor('error-message-size-exceeded', undefined, { method: 'sendMessage' }),
  'not-allowed': { form: 'plain', code: 'error-not-allowed' },
};

/** Different wordings for some codes, by the names of methods. */
export const wordingsByMethod: Readonly<Record<string, Wordings>> = {
  'livechat:changeLivechatStatus': {
    'error-invalid-user': meteor('error-not-allowed', 'Invalid Agent Id', changeStatus),
    'not-allowed': meteor('error-not-allowed', 'Not allowed', changeStatus),
  },
  'livechat:closeRoom': {
    'invalid-room': meteor('error-invalid-room', 'Invalid room', closeRoom),
    'not-allowed': meteor('error-not-authorized', 'Not authorized', closeRoom),
    'room-closed': meteor('room-closed', 'Room closed', closeRoom),
  },
  'livechat:removeCustomField': {
    'invalid-custom-field': meteor('error-invalid-custom-field', 'Custom field not found', {
      method: 'livechat:removeCustomField',
    }),
  },
  'livechat:returnAsInquiry': {
    'error-forwarding-chat': plain('error-returning-inquiry'),
    'invalid-room': meteor('error-invalid-room', 'Invalid room', returnAsInquiry),
    'not-allowed': meteor('error-not-allowed', 'Not allowed', returnAsInquiry),
  },
  'livechat:saveCustomField': {
    'error-custom-field-name-already-exists': meteor(undefined, 'Custom field name already exists', {
      method: 'livechat:saveCustomField',
    }),
    'invalid-custom-field': meteor('error-invalid-custom-field', 'Custom Field Not found', {
      method: 'livechat:saveCustomField',
    }),
  },
  'livechat:takeInquiry': takenInquiry,
  sendMessage: agentMessage,
};
