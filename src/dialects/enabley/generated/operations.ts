// Generated from contracts/enabley.openapi.yaml by scripts/generate.ts. Do not edit.

export interface Schemas {
  /** How long a certificate stays valid after it is earned. */
  CertificateExpiration: { duration?: number | undefined; period?: ("MONTH" | "YEAR" | "DAY") | undefined };
  /** Certificate that the account defines. */
  CertificateInformation: { courseIds?: (string)[] | undefined; created?: string | undefined; expiration?: Schemas["CertificateExpiration"] | undefined; externalCertificateId?: string | undefined; name?: string | undefined; status?: ("ACTIVE" | "INACTIVE" | "ARCHIVED") | undefined };
  /** Read-only state of a channel with its dates. */
  ChannelAvailability: { schedule?: Schemas["Schedule"] | undefined; status?: ("ACTIVE" | "NONACTIVE" | "DRAFT" | "SCHEDULED" | "STARTED" | "FINISHED") | undefined };
  /** Channel as written. */
  ChannelData: { identifier: string; name?: string | undefined; status?: ("ACTIVE" | "INACTIVE") | undefined; subAccountName?: (string | null) | undefined; type?: ("STREAM" | "COURSE") | undefined };
  /** Channel as read. */
  ChannelInfo: { availability?: Schemas["ChannelAvailability"] | undefined; categories?: (string)[] | undefined; created?: string | undefined; directLink?: string | undefined; duration?: number | undefined; identifier?: string | undefined; masterChannelId?: (string | null) | undefined; masterChannelInstance?: boolean | undefined; name?: string | undefined; subAccountName?: string | undefined; type?: ("STREAM" | "COURSE") | undefined };
  /** Error body of every failing call. */
  ErrorResponse: { error: ("invalid_request" | "invalid_client" | "not_found" | "access_denied" | "general_error" | "item_exists" | "item_not_exists" | "service_unavailable"); error_description: string; message?: string | undefined };
  /** Catalogue entry of a channel. */
  ExternalCatalogItemGet: { catalogItemId?: string | undefined; link?: string | undefined };
  /** Instance to be made from a master course. */
  ExternalChannelInstance: { identifier: string; masterCourseIdentifier: string; name?: (string | null) | undefined; subAccountName?: (string | null) | undefined };
  /** Member count of a channel. */
  ExternalChannelMembersInfoGet: { learners: number };
  /** Role of a user on one entity. */
  ExternalEntitlement: { entityIdentifier: string; entityType: ("COURSE" | "GROUP" | "WORKSPACE"); userIdentifier: string; userRole: ("MANAGER" | "EDITOR" | "INSTRUCTOR" | "SITE_ADMIN" | "PREVIEW" | "HR_MANAGER" | "SITE_TRAINING_MANAGER" | "EVALUATOR") };
  /** Master channel as read. */
  ExternalMasterChannelGet: { categories?: (string)[] | undefined; created?: string | undefined; identifier?: string | undefined; name?: string | undefined; published?: boolean | undefined; subAccountName?: string | undefined };
  /** CSV files to be processed together. */
  ExternalOrgBulkUploadRequest: { files: (Schemas["OrgBulkDataRequest"])[] };
  /** Outcome of a bulk upload. The seed says only object; every member here is inferred. */
  ExternalOrgBulkUploadResponse: { files?: (Schemas["OrgBulkFileResult"])[] | undefined };
  /** Permissions of an instructor; the list replaces the old one. */
  ExternalPermission: { permissions: (("INSTRUCTOR_CREATE_COURSE_INSTANCE" | "INSTRUCTOR_CREATE_COURSE"))[] };
  /** Certificate of one user. */
  ExternalUserCertificateState: { certificationDate?: string | undefined; expirationDate?: string | undefined; externalCertificateId?: string | undefined; isRequired?: boolean | undefined; name?: string | undefined; pdfUrl?: string | undefined; state?: ("IN_PROGRESS" | "CERTIFIED" | "AWAITS_LEARNER_CONFIRMATION" | "ABOUT_TO_EXPIRE" | "EXPIRED" | "INIT" | "REVOKED") | undefined };
  /** Progress and score of one user in one channel. */
  ExternalUserChannelPerformance: { channelName?: string | undefined; completionDate?: string | undefined; externalChannelId?: string | undefined; externalUserId?: string | undefined; progress?: number | undefined; score?: number | undefined };
  /** Group as written. */
  GroupData: { identifier: string; name?: string | undefined; parentIdentifier?: (string | null) | undefined; subAccountName?: (string | null) | undefined; type?: string | undefined };
  /** Group as read. */
  GroupInfo: { created?: string | undefined; identifier?: string | undefined; modified?: string | undefined; name?: string | undefined; parentIdentifier?: string | undefined; subAccountName?: string | undefined; type?: string | undefined; roles?: (("LEARNER" | "SITE_ADMIN" | "INSTRUCTOR" | "EDITOR" | "PREVIEW" | "MANAGER" | "HR_MANAGER" | "SITE_TRAINING_MANAGER" | "EVALUATOR"))[] | undefined };
  /** The empty array that a public client sends where no body is needed. */
  LegacyEmptyBody: (unknown)[];
  OperationResult: { message: string; id: string; identifier?: string | undefined };
  /** One file of a bulk upload. */
  OrgBulkDataRequest: { content: string; fileName: string };
  /** Outcome of one uploaded file. */
  OrgBulkFileResult: { fileName: string; kind: ("USERS" | "GROUPS" | "ASSIGNMENTS"); rows: number; created: number; updated: number; removed: number; unchanged: number; failed: number; errors: (Schemas["OrgBulkRowError"])[] };
  /** Row that was refused. */
  OrgBulkRowError: { row: number; identifier?: string | undefined; error: ("invalid_request" | "invalid_client" | "not_found" | "access_denied" | "general_error" | "item_exists" | "item_not_exists" | "service_unavailable"); error_description: string };
  /** Page of certificates. */
  PaginationResponseOfCertificateInformation: { currentPage: number; items: (Schemas["CertificateInformation"])[]; pageSize: number; paginationKey: (string | null); totalPages: number };
  /** Page of channels. */
  PaginationResponseOfChannelInfo: { currentPage: number; items: (Schemas["ChannelInfo"])[]; pageSize: number; paginationKey: (string | null); totalPages: number };
  /** Page of master channels. */
  PaginationResponseOfExternalMasterChannelGet: { currentPage: number; items: (Schemas["ExternalMasterChannelGet"])[]; pageSize: number; paginationKey: (string | null); totalPages: number };
  /** Page of performance rows. */
  PaginationResponseOfExternalUserChannelPerformance: { currentPage: number; items: (Schemas["ExternalUserChannelPerformance"])[]; pageSize: number; paginationKey: (string | null); totalPages: number };
  /** Page of users. */
  PaginationResponseOfUserInfo: { currentPage: number; items: (Schemas["UserInfo"])[]; pageSize: number; paginationKey: (string | null); totalPages: number };
  /** Whether a user must hold a certificate. */
  requirementUpdate: { certificateIdentifier: string; isRequired: boolean; userIdentifier: string };
  /** Dates of a channel. The seed types both as plain strings. */
  Schedule: { endDate?: string | undefined; startDate?: string | undefined };
  /** Sub-account named in the body of a DELETE. */
  SubAccountBody: { subAccountName?: (string | null) | undefined };
  /** Credentials in the body; a public client sends them here and not in the query. */
  TokenRequest: { clientKey?: string | undefined; secret?: string | undefined };
  /** Access token. */
  TokenResponse: { access_token: string; expires_in: number; token_type: string };
  /** Training event of a course. */
  TrainingEvent: { allDayEvent?: boolean | undefined; description?: string | undefined; fromDate?: string | undefined; includeGrade?: boolean | undefined; isPublished?: boolean | undefined; liveSession?: boolean | undefined; location?: string | undefined; name?: string | undefined; untilDate?: string | undefined };
  /** User as written. */
  UserData: { address?: (string | null) | undefined; customAttributes?: ({ [key: string]: unknown } | null) | undefined; email?: (string | null) | undefined; firstName?: string | undefined; identifier: string; isActive?: boolean | undefined; lastName?: string | undefined; password?: (string | null) | undefined; phone?: (string | null) | undefined; possibleRoles?: ((("SITE_ADMIN" | "LEARNER" | "INSTRUCTOR" | "EDITOR" | "PREVIEW" | "MANAGER" | "HR_MANAGER" | "SITE_TRAINING_MANAGER" | "EVALUATOR"))[] | null) | undefined; subAccountName?: (string | null) | undefined; username?: (string | null) | undefined };
  /** Change of a user identifier. */
  UserIdentity: { currentUserIdentifier: string; newUserIdentifier: string };
  /** User as read. */
  UserInfo: { address?: string | undefined; created?: string | undefined; customAttributes?: { [key: string]: unknown } | undefined; email?: string | undefined; firstName?: string | undefined; identifier?: string | undefined; isActive?: boolean | undefined; lastName?: string | undefined; modified?: string | undefined; phone?: string | undefined; possibleRoles?: (("SITE_ADMIN" | "LEARNER" | "INSTRUCTOR" | "EDITOR" | "PREVIEW" | "MANAGER" | "HR_MANAGER" | "SITE_TRAINING_MANAGER" | "EVALUATOR"))[] | undefined; userSubAccountNames?: (string)[] | undefined; username?: string | undefined };
  /** User profile as written. */
  UserProfileData: { identifier: string; name?: string | undefined };
  /** User profile as read. */
  UserProfileInfo: { created?: string | undefined; identifier?: string | undefined; modified?: string | undefined; name?: string | undefined };
}

export interface Operations {
  /** Exchange a client key and a secret for a bearer token */
  createToken: {
    path: {};
    query: { clientKey?: string; secret?: string };
    headers: {};
    body: (Schemas["TokenRequest"] | Schemas["LegacyEmptyBody"]) | undefined;
    answers: { 200: Schemas["TokenResponse"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Find the catalogue entry of a channel */
  getCatalogItem: {
    path: {};
    query: { externalChannelId?: string; subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ExternalCatalogItemGet"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the certificates of the account */
  listCertificates: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["CertificateInformation"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Say whether a user must hold a certificate */
  setCertificateRequirement: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["requirementUpdate"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 409: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the certificates of a user */
  listUserCertificates: {
    path: { externalUserId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["ExternalUserCertificateState"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the certificates of the account by page */
  listCertificatesPaged: {
    path: {};
    query: { paginationKey?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PaginationResponseOfCertificateInformation"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Fetch a certificate */
  getCertificate: {
    path: { externalCertificateId: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["CertificateInformation"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the channels of the account */
  listChannels: {
    path: {};
    query: { createdSince?: string; includeCategories?: boolean; subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["ChannelInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Create or update a channel by identifier */
  putChannel: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ChannelData"];
    answers: { 200: Schemas["OperationResult"]; 201: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the training events of a course */
  listTrainingEvents: {
    path: { channelIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["TrainingEvent"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Assign a group to a channel */
  assignGroupToChannel: {
    path: { channelIdentifier: string; groupIdentifier: string };
    query: { recursive?: boolean; userRole?: ("LEARNER") };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Remove a group from a channel */
  removeGroupFromChannel: {
    path: { channelIdentifier: string; groupIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** End the access of a user to a channel */
  removeUserFromChannel: {
    path: { channelIdentifier: string; userIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Fetch a channel */
  getChannel: {
    path: { identifier: string };
    query: { includeCategories?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ChannelInfo"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the master channels of the account */
  listMasterChannels: {
    path: {};
    query: { onlyPublished?: boolean; subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["ExternalMasterChannelGet"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Count the learners of a channel */
  countChannelMembers: {
    path: { channelIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["ExternalChannelMembersInfoGet"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Make a channel from a master course */
  createChannelInstance: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ExternalChannelInstance"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Assign a user to a channel with roles */
  assignUserToChannel: {
    path: { channelIdentifier: string; userIdentifier: string };
    query: { roles?: (("LEARNER" | "INSTRUCTOR"))[] };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the channels of the account by page */
  listChannelsPaged: {
    path: {};
    query: { includeCategories?: boolean; paginationKey?: string; subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PaginationResponseOfChannelInfo"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the master channels of the account by page */
  listMasterChannelsPaged: {
    path: {};
    query: { onlyPublished?: boolean; paginationKey?: string; subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PaginationResponseOfExternalMasterChannelGet"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Complete a channel on behalf of a learner */
  forceCompleteChannel: {
    path: { channelIdentifier: string; userIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Create or update a group by identifier */
  putGroup: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["GroupData"];
    answers: { 200: Schemas["OperationResult"]; 201: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the group levels of the account from top to bottom */
  getGroupHierarchy: {
    path: {};
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: (string)[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List groups */
  listGroups: {
    path: {};
    query: { subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["GroupInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Make a user a member of a group */
  assignUserToGroup: {
    path: { groupIdentifier: string; userIdentifier: string };
    query: { replace?: boolean; subAccountName?: string };
    headers: {};
    body: (Schemas["LegacyEmptyBody"] | Schemas["SubAccountBody"]) | undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** End the membership of a user in a group */
  removeUserFromGroup: {
    path: { groupIdentifier: string; userIdentifier: string };
    query: { subAccountName?: string };
    headers: {};
    body: (Schemas["LegacyEmptyBody"] | Schemas["SubAccountBody"]) | undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Fetch a group */
  getGroup: {
    path: { identifier: string };
    query: { subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["GroupInfo"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Delete a group */
  deleteGroup: {
    path: { identifier: string };
    query: { subAccountName?: string };
    headers: {};
    body: Schemas["SubAccountBody"] | undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the groups of a user */
  listUserGroups: {
    path: { identifier: string };
    query: { subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["GroupInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List performance of a user, in one channel or in all */
  listPerformance: {
    path: {};
    query: { externalChannelId?: string; externalUserId?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["ExternalUserChannelPerformance"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Page through performance rows of a user, a channel or a pair */
  listPerformancePaged: {
    path: {};
    query: { channelIdentifier?: string; paginationKey?: string; userIdentifier?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PaginationResponseOfExternalUserChannelPerformance"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Fetch user profiles by identifiers */
  getUserProfiles: {
    path: {};
    query: {};
    headers: {};
    body: (string)[];
    answers: { 200: (Schemas["UserProfileInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Create or update a user profile by identifier */
  putUserProfile: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["UserProfileData"];
    answers: { 200: Schemas["OperationResult"]; 201: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** List the profiles of a user */
  listProfilesOfUser: {
    path: { identifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["UserProfileInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Assign a profile to a user */
  assignProfileToUser: {
    path: { profileIdentifier: string; userIdentifier: string };
    query: { replace?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Take a profile from a user */
  removeProfileFromUser: {
    path: { profileIdentifier: string; userIdentifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Search users with start and limit */
  listUsers: {
    path: {};
    query: { emailSubstring?: string; firstNameSubstring?: string; identifier?: string; lastNameSubstring?: string; limit?: number; start?: number; subAccountName?: string; usernameSubstring?: string };
    headers: {};
    body: undefined;
    answers: { 200: (Schemas["UserInfo"])[]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Create or update a user by identifier */
  putUser: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["UserData"];
    answers: { 200: Schemas["OperationResult"]; 201: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Give a user a role on a course, group or workspace */
  addEntitlement: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ExternalEntitlement"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Take a role on a course, group or workspace from a user */
  removeEntitlement: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ExternalEntitlement"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Give a user a new identifier */
  changeUserIdentifier: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["UserIdentity"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Fetch a user */
  getUser: {
    path: { identifier: string };
    query: { subAccountName?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["UserInfo"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Activate or deactivate a user */
  setUserStatus: {
    path: { identifier: string };
    query: { isActive?: boolean };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Delete a user */
  deleteUser: {
    path: { identifier: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Remove a user from one sub-account */
  removeUserFromSubAccount: {
    path: { identifier: string; subAccountName: string };
    query: {};
    headers: {};
    body: undefined;
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Replace the permissions of an instructor */
  setInstructorPermissions: {
    path: { userIdentifier: string };
    query: {};
    headers: {};
    body: Schemas["ExternalPermission"];
    answers: { 200: Schemas["OperationResult"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Search users by page */
  listUsersPaged: {
    path: {};
    query: { emailSubstring?: string; firstNameSubstring?: string; identifier?: string; lastNameSubstring?: string; paginationKey?: string; subAccountName?: string; usernameSubstring?: string };
    headers: {};
    body: undefined;
    answers: { 200: Schemas["PaginationResponseOfUserInfo"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 404: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
  /** Load users, groups and assignments from CSV files */
  uploadOrganisationFiles: {
    path: {};
    query: {};
    headers: {};
    body: Schemas["ExternalOrgBulkUploadRequest"];
    answers: { 200: Schemas["ExternalOrgBulkUploadResponse"]; 400: Schemas["ErrorResponse"]; 401: Schemas["ErrorResponse"]; 413: Schemas["ErrorResponse"]; 500: Schemas["ErrorResponse"] };
  };
}
