import type { Dependencies } from '../../domain/dependencies.ts';
import type { RocketChatEndpoint } from './endpoint.ts';
import { channelsInfo } from './endpoints/channels-info.ts';
import { chatDelete } from './endpoints/chat-delete.ts';
import { chatGetMessage } from './endpoints/chat-get-message.ts';
import { chatPostMessage } from './endpoints/chat-post-message.ts';
import { chatSendMessage } from './endpoints/chat-send-message.ts';
import { chatUpdate } from './endpoints/chat-update.ts';
import { info } from './endpoints/info.ts';
import { livechatAgentInfo } from './endpoints/livechat-agent-info.ts';
import { livechatAgentNext } from './endpoints/livechat-agent-next.ts';
import { livechatAgentStatus } from './endpoints/livechat-agent-status.ts';
import { livechatAgentsDepartments } from './endpoints/livechat-agents-departments.ts';
import { livechatAgentsSaveInfo } from './endpoints/livechat-agents-save-info.ts';
import { livechatAppearanceGet } from './endpoints/livechat-appearance-get.ts';
import { livechatAppearancePost } from './endpoints/livechat-appearance-post.ts';
import { livechatConfig } from './endpoints/livechat-config.ts';
import { livechatConfigRouting } from './endpoints/livechat-config-routing.ts';
import { livechatCustomFieldSetValue } from './endpoints/livechat-custom-field-set-value.ts';
import { livechatCustomFields } from './endpoints/livechat-custom-fields.ts';
import { livechatCustomFieldsDelete } from './endpoints/livechat-custom-fields-delete.ts';
import { livechatCustomFieldsGet } from './endpoints/livechat-custom-fields-get.ts';
import { livechatCustomFieldsSave } from './endpoints/livechat-custom-fields-save.ts';
import { livechatCustomFieldsSetValues } from './endpoints/livechat-custom-fields-set-values.ts';
import { livechatDepartmentAgentsGet } from './endpoints/livechat-department-agents-get.ts';
import { livechatDepartmentAgentsPost } from './endpoints/livechat-department-agents-post.ts';
import { livechatDepartmentArchive } from './endpoints/livechat-department-archive.ts';
import { livechatDepartmentAutocomplete } from './endpoints/livechat-department-autocomplete.ts';
import { livechatDepartmentCreate } from './endpoints/livechat-department-create.ts';
import { livechatDepartmentDelete } from './endpoints/livechat-department-delete.ts';
import { livechatDepartmentGet } from './endpoints/livechat-department-get.ts';
import { livechatDepartmentList } from './endpoints/livechat-department-list.ts';
import { livechatDepartmentListByIds } from './endpoints/livechat-department-list-by-ids.ts';
import { livechatDepartmentPut } from './endpoints/livechat-department-put.ts';
import { livechatDepartmentUnarchive } from './endpoints/livechat-department-unarchive.ts';
import { livechatDepartmentsArchived } from './endpoints/livechat-departments-archived.ts';
import { livechatInquiriesGetOne } from './endpoints/livechat-inquiries-get-one.ts';
import { livechatInquiriesList } from './endpoints/livechat-inquiries-list.ts';
import { livechatInquiriesQueuedForUser } from './endpoints/livechat-inquiries-queued-for-user.ts';
import { livechatInquiriesReturnAsInquiry } from './endpoints/livechat-inquiries-return-as-inquiry.ts';
import { livechatInquiriesTake } from './endpoints/livechat-inquiries-take.ts';
import { livechatIntegrationsSettings } from './endpoints/livechat-integrations-settings.ts';
import { livechatMessage } from './endpoints/livechat-message.ts';
import { livechatMessageDelete } from './endpoints/livechat-message-delete.ts';
import { livechatMessageGet } from './endpoints/livechat-message-get.ts';
import { livechatMessagePut } from './endpoints/livechat-message-put.ts';
import { livechatMessages } from './endpoints/livechat-messages.ts';
import { livechatMessagesHistory } from './endpoints/livechat-messages-history.ts';
import { livechatOfflineMessage } from './endpoints/livechat-offline-message.ts';
import { livechatPageVisited } from './endpoints/livechat-page-visited.ts';
import { livechatQueue } from './endpoints/livechat-queue.ts';
import { livechatRidMessages } from './endpoints/livechat-rid-messages.ts';
import { livechatRoom } from './endpoints/livechat-room.ts';
import { livechatRoomClose } from './endpoints/livechat-room-close.ts';
import { livechatRoomCloseByUser } from './endpoints/livechat-room-close-by-user.ts';
import { livechatRoomForward } from './endpoints/livechat-room-forward.ts';
import { livechatRoomJoin } from './endpoints/livechat-room-join.ts';
import { livechatRoomSaveInfo } from './endpoints/livechat-room-save-info.ts';
import { livechatRoomSurvey } from './endpoints/livechat-room-survey.ts';
import { livechatRoomTransfer } from './endpoints/livechat-room-transfer.ts';
import { livechatRooms } from './endpoints/livechat-rooms.ts';
import { livechatRoomsDelete } from './endpoints/livechat-rooms-delete.ts';
import { livechatRoomsFilters } from './endpoints/livechat-rooms-filters.ts';
import { livechatTranscript } from './endpoints/livechat-transcript.ts';
import { livechatTranscriptRid } from './endpoints/livechat-transcript-rid.ts';
import { livechatTranscriptRidDelete } from './endpoints/livechat-transcript-rid-delete.ts';
import { livechatTransferHistoryRid } from './endpoints/livechat-transfer-history-rid.ts';
import { livechatTriggersDelete } from './endpoints/livechat-triggers-delete.ts';
import { livechatTriggersGet } from './endpoints/livechat-triggers-get.ts';
import { livechatTriggersList } from './endpoints/livechat-triggers-list.ts';
import { livechatTriggersSave } from './endpoints/livechat-triggers-save.ts';
import { livechatUploadRid } from './endpoints/livechat-upload-rid.ts';
import { livechatUsersAgentCreate } from './endpoints/livechat-users-agent-create.ts';
import { livechatUsersAgentDelete } from './endpoints/livechat-users-agent-delete.ts';
import { livechatUsersAgentGet } from './endpoints/livechat-users-agent-get.ts';
import { livechatUsersAgentList } from './endpoints/livechat-users-agent-list.ts';
import { livechatUsersCreate } from './endpoints/livechat-users-create.ts';
import { livechatUsersDelete } from './endpoints/livechat-users-delete.ts';
import { livechatUsersGet } from './endpoints/livechat-users-get.ts';
import { livechatUsersList } from './endpoints/livechat-users-list.ts';
import { livechatUsersManagerCreate } from './endpoints/livechat-users-manager-create.ts';
import { livechatUsersManagerDelete } from './endpoints/livechat-users-manager-delete.ts';
import { livechatUsersManagerGet } from './endpoints/livechat-users-manager-get.ts';
import { livechatUsersManagerList } from './endpoints/livechat-users-manager-list.ts';
import { livechatVisitor } from './endpoints/livechat-visitor.ts';
import { livechatVisitorCallStatus } from './endpoints/livechat-visitor-call-status.ts';
import { livechatVisitorDelete } from './endpoints/livechat-visitor-delete.ts';
import { livechatVisitorDepartmentTransfer } from './endpoints/livechat-visitor-department-transfer.ts';
import { livechatVisitorGet } from './endpoints/livechat-visitor-get.ts';
import { livechatVisitorInfo } from './endpoints/livechat-visitor-info.ts';
import { livechatVisitorRoom } from './endpoints/livechat-visitor-room.ts';
import { livechatVisitorStatus } from './endpoints/livechat-visitor-status.ts';
import { livechatVisitorsAutocomplete } from './endpoints/livechat-visitors-autocomplete.ts';
import { livechatVisitorsChatHistory } from './endpoints/livechat-visitors-chat-history.ts';
import { livechatVisitorsInfo } from './endpoints/livechat-visitors-info.ts';
import { livechatVisitorsPagesVisited } from './endpoints/livechat-visitors-pages-visited.ts';
import { livechatVisitorsPagesVisitedQuery } from './endpoints/livechat-visitors-pages-visited-query.ts';
import { livechatVisitorsSearch } from './endpoints/livechat-visitors-search.ts';
import { livechatVisitorsSearchChats } from './endpoints/livechat-visitors-search-chats.ts';
import { livechatWebhookTest } from './endpoints/livechat-webhook-test.ts';
import { login } from './endpoints/login.ts';
import { logout } from './endpoints/logout.ts';
import { logoutGet } from './endpoints/logout-get.ts';
import { me } from './endpoints/me.ts';
import { methodCall } from './endpoints/method-call.ts';
import { omnichannelContactGet } from './endpoints/omnichannel-contact-get.ts';
import { omnichannelContactPost } from './endpoints/omnichannel-contact-post.ts';
import { omnichannelContactSearch } from './endpoints/omnichannel-contact-search.ts';
import { omnichannelContactsChannels } from './endpoints/omnichannel-contacts-channels.ts';
import { omnichannelContactsCheckExistence } from './endpoints/omnichannel-contacts-check-existence.ts';
import { omnichannelContactsConflicts } from './endpoints/omnichannel-contacts-conflicts.ts';
import { omnichannelContactsDelete } from './endpoints/omnichannel-contacts-delete.ts';
import { omnichannelContactsGet } from './endpoints/omnichannel-contacts-get.ts';
import { omnichannelContactsHistory } from './endpoints/omnichannel-contacts-history.ts';
import { omnichannelContactsPost } from './endpoints/omnichannel-contacts-post.ts';
import { omnichannelContactsSearch } from './endpoints/omnichannel-contacts-search.ts';
import { omnichannelContactsUpdate } from './endpoints/omnichannel-contacts-update.ts';
import { omnichannelIntegrations } from './endpoints/omnichannel-integrations.ts';
import { permissionsListAll } from './endpoints/permissions-list-all.ts';
import { permissionsUpdate } from './endpoints/permissions-update.ts';
import { roomsGet } from './endpoints/rooms-get.ts';
import { roomsInfo } from './endpoints/rooms-info.ts';
import { settingsGet } from './endpoints/settings-get.ts';
import { settingsPost } from './endpoints/settings-post.ts';
import { subscriptionsGet } from './endpoints/subscriptions-get.ts';
import { subscriptionsGetOne } from './endpoints/subscriptions-get-one.ts';
import { subscriptionsRead } from './endpoints/subscriptions-read.ts';
import { usersCreate } from './endpoints/users-create.ts';
import { usersDelete } from './endpoints/users-delete.ts';
import { usersGeneratePersonalAccessToken } from './endpoints/users-generate-personal-access-token.ts';
import { usersGetPersonalAccessTokens } from './endpoints/users-get-personal-access-tokens.ts';
import { usersInfo } from './endpoints/users-info.ts';
import { usersRegeneratePersonalAccessToken } from './endpoints/users-regenerate-personal-access-token.ts';
import { usersRemovePersonalAccessToken } from './endpoints/users-remove-personal-access-token.ts';
import { usersSetStatus } from './endpoints/users-set-status.ts';

/** Everything below `/api/v1`, in the order in which paths are matched. */
export const versionedEndpoints = (deps: Dependencies): RocketChatEndpoint[] => [
  login(deps),
  livechatConfig(deps),
  livechatOfflineMessage(deps),
  livechatPageVisited(deps),
  livechatVisitorsSearch(deps),
  omnichannelContactSearch(deps),
  omnichannelContactsPost(deps),
  omnichannelContactsUpdate(deps),
  omnichannelContactsConflicts(deps),
  omnichannelContactsDelete(deps),
  omnichannelContactsGet(deps),
  omnichannelContactsCheckExistence(deps),
  omnichannelContactsSearch(deps),
  omnichannelContactsHistory(deps),
  omnichannelContactsChannels(deps),
  livechatVisitor(deps),
  livechatVisitorGet(deps),
  livechatVisitorDelete(deps),
  livechatVisitorRoom(deps),
  livechatVisitorStatus(deps),
  livechatVisitorCallStatus(deps),
  livechatVisitorDepartmentTransfer(deps),
  livechatVisitorsInfo(deps),
  livechatVisitorsAutocomplete(deps),
  livechatVisitorInfo(deps),
  livechatCustomFieldSetValue(deps),
  livechatCustomFieldsSetValues(deps),
  livechatCustomFields(deps),
  livechatCustomFieldsGet(deps),
  livechatCustomFieldsSave(deps),
  livechatCustomFieldsDelete(deps),
  omnichannelContactGet(deps),
  omnichannelContactPost(deps),
  omnichannelIntegrations(deps),
  logout(deps),
  logoutGet(deps),
  me(deps),
  permissionsListAll(deps),
  permissionsUpdate(deps),
  settingsGet(deps),
  settingsPost(deps),
  usersCreate(deps),
  usersDelete(deps),
  usersGeneratePersonalAccessToken(deps),
  usersGetPersonalAccessTokens(deps),
  usersRegeneratePersonalAccessToken(deps),
  usersRemovePersonalAccessToken(deps),
  usersSetStatus(deps),
  livechatDepartmentList(deps),
  livechatDepartmentCreate(deps),
  livechatDepartmentGet(deps),
  livechatDepartmentPut(deps),
  livechatDepartmentDelete(deps),
  livechatDepartmentAgentsGet(deps),
  livechatDepartmentAgentsPost(deps),
  livechatDepartmentArchive(deps),
  livechatDepartmentUnarchive(deps),
  livechatDepartmentsArchived(deps),
  livechatDepartmentAutocomplete(deps),
  livechatDepartmentListByIds(deps),
  livechatUsersAgentList(deps),
  livechatUsersAgentCreate(deps),
  livechatUsersAgentGet(deps),
  livechatUsersAgentDelete(deps),
  livechatUsersManagerList(deps),
  livechatUsersManagerCreate(deps),
  livechatUsersManagerGet(deps),
  livechatUsersManagerDelete(deps),
  livechatUsersList(),
  livechatUsersCreate(),
  livechatUsersGet(),
  livechatUsersDelete(),
  livechatAgentInfo(deps),
  livechatAgentNext(deps),
  livechatAgentStatus(deps),
  livechatAgentsDepartments(deps),
  livechatAgentsSaveInfo(deps),
  livechatConfigRouting(deps),
  livechatRoom(deps),
  livechatRoomClose(deps),
  livechatRoomCloseByUser(deps),
  livechatRoomForward(deps),
  livechatRoomJoin(deps),
  livechatRoomSaveInfo(deps),
  livechatRoomSurvey(deps),
  livechatRoomTransfer(deps),
  livechatRooms(deps),
  livechatRoomsDelete(deps),
  livechatUploadRid(deps),
  livechatTranscript(deps),
  livechatTranscriptRid(deps),
  livechatTranscriptRidDelete(deps),
  livechatMessages(deps),
  livechatMessage(deps),
  livechatMessageGet(deps),
  livechatMessagePut(deps),
  livechatMessageDelete(deps),
  livechatMessagesHistory(deps),
  livechatRidMessages(deps),
  livechatInquiriesList(deps),
  livechatInquiriesGetOne(deps),
  livechatInquiriesTake(deps),
  livechatInquiriesReturnAsInquiry(deps),
  livechatTransferHistoryRid(deps),
  livechatInquiriesQueuedForUser(deps),
  livechatQueue(deps),
  livechatRoomsFilters(deps),
  channelsInfo(deps),
  roomsInfo(deps),
  roomsGet(deps),
  subscriptionsGet(deps),
  subscriptionsGetOne(deps),
  subscriptionsRead(deps),
  usersInfo(deps),
  livechatTriggersList(deps),
  livechatTriggersSave(deps),
  livechatTriggersGet(deps),
  livechatTriggersDelete(deps),
  livechatAppearanceGet(deps),
  livechatAppearancePost(deps),
  livechatIntegrationsSettings(deps),
  livechatWebhookTest(deps),
  chatDelete(deps),
  chatGetMessage(deps),
  chatPostMessage(deps),
  chatSendMessage(deps),
  chatUpdate(deps),
  methodCall(deps),
  livechatVisitorsPagesVisited(deps),
  livechatVisitorsPagesVisitedQuery(deps),
  livechatVisitorsChatHistory(deps),
  livechatVisitorsSearchChats(deps),
];

/** What Rocket.Chat serves directly below `/api`. */
export const unversionedEndpoints = (deps: Dependencies): RocketChatEndpoint[] => [info(deps)];
