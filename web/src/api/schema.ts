/** The types of the server's API. `npm run fix` writes them from its description. */

/** What each method at each path takes and answers. */
export interface Calls {
  /** The newest messages, as clients of Owncast read them */
  "GET /api/chat": {
    query: { accessToken?: string };
    answer: Array<unknown>;
  };
  /** Become somebody in chat, as clients of Owncast do */
  "POST /api/chat/register": {
    body: OwncastRegisterBody | null;
    answer: Registered;
  };
  /** Your account */
  "GET /api/v1/account": {
    answer: AccountDocument;
  };
  /** Change your profile */
  "PATCH /api/v1/account": {
    body: AccountPatch;
    answer: AccountDocument;
  };
  /** The tokens that you have made for programs */
  "GET /api/v1/account/api-tokens": {
    answer: ApiTokensDocument;
  };
  /** Make a token for a program */
  "POST /api/v1/account/api-tokens": {
    body: ApiTokenBody;
    answer: NewApiTokenDocument;
  };
  /** Remove a token; it is good for nothing from then on */
  "DELETE /api/v1/account/api-tokens/{id}": {
    answer: undefined;
  };
  /** Give yourself a picture: a PNG, JPEG or WebP of at most 10 MiB */
  "PUT /api/v1/account/avatar.jpg": {
    answer: undefined;
  };
  /** Take your picture away */
  "DELETE /api/v1/account/avatar.jpg": {
    answer: undefined;
  };
  /** Delete your account */
  "POST /api/v1/account/delete": {
    body: PasswordBody;
    answer: undefined;
  };
  /** Change your mail address */
  "PUT /api/v1/account/email": {
    body: MailBody;
    answer: undefined;
  };
  /** Confirm a mail address with the link that was sent there */
  "POST /api/v1/account/email/confirm": {
    body: LinkBody;
    answer: undefined;
  };
  /** Everything that is kept of your account, to take along */
  "GET /api/v1/account/export": {
    answer: ExportDocument;
  };
  /** What you follow: those on air first, then the newest follow */
  "GET /api/v1/account/follows": {
    query: { cursor?: string };
    answer: FollowedPage;
  };
  /** Whether you may be seen among the followers of channels that show theirs */
  "GET /api/v1/account/follows/listed": {
    answer: FollowsListed;
  };
  /** Says whether you may be seen among the followers of channels that show theirs */
  "PUT /api/v1/account/follows/listed": {
    body: FollowsListed;
    answer: FollowsListed;
  };
  /** Everywhere that you are signed in */
  "GET /api/v1/account/logins": {
    answer: LoginsDocument;
  };
  /** Sign out everywhere, here too */
  "DELETE /api/v1/account/logins": {
    answer: undefined;
  };
  /** Sign out in one place */
  "DELETE /api/v1/account/logins/{id}": {
    answer: undefined;
  };
  /** Your passkeys */
  "GET /api/v1/account/passkeys": {
    answer: PasskeysDocument;
  };
  /** Keep the passkey that the browser made */
  "POST /api/v1/account/passkeys": {
    body: PasskeyBody;
    answer: PasskeyDocument;
  };
  /** Begin to make a passkey */
  "POST /api/v1/account/passkeys/options": {
    body: PasswordBody;
    answer: PasskeyCreation;
  };
  /** Give a passkey another name */
  "PATCH /api/v1/account/passkeys/{id}": {
    body: PasskeyName;
    answer: PasskeyDocument;
  };
  /** Remove a passkey; it signs nobody in from then on */
  "DELETE /api/v1/account/passkeys/{id}": {
    answer: undefined;
  };
  /** Choose another password */
  "POST /api/v1/account/password": {
    body: ChangePasswordBody;
    answer: SessionDocument;
  };
  /** Make new recovery codes; the old ones are good for nothing more */
  "POST /api/v1/account/recovery-codes": {
    body: PasswordBody;
    answer: RecoveryDocument;
  };
  /** Begin to sign in with an authenticator (TOTP) */
  "POST /api/v1/account/totp": {
    body: PasswordBody;
    answer: EnrolmentDocument;
  };
  /** Show the first code of a new authenticator; gives recovery codes */
  "POST /api/v1/account/totp/confirm": {
    body: CodeBody;
    answer: RecoveryDocument;
  };
  /** Sign in without an authenticator again */
  "POST /api/v1/account/totp/disable": {
    body: PasswordBody;
    answer: undefined;
  };
  /** Make an account */
  "POST /api/v1/accounts": {
    body: RegisterBody;
    answer: RegisteredDocument;
  };
  /** Who may make an account here */
  "GET /api/v1/accounts/policy": {
    answer: PolicyDocument;
  };
  /** Accounts of the site */
  "GET /api/v1/admin/accounts": {
    query: { state?: AccountState; role?: SiteRole; q?: string; cursor?: string; limit?: number };
    answer: AccountsDocument;
  };
  /** Refuse an account that waits; its name is free again */
  "DELETE /api/v1/admin/accounts/{id}": {
    answer: undefined;
  };
  /** Approve an account that waits, or open a suspended one again */
  "POST /api/v1/admin/accounts/{id}/activate": {
    answer: StaffAccount;
  };
  /** Say what somebody is on the site */
  "PUT /api/v1/admin/accounts/{id}/role": {
    body: RoleBody;
    answer: StaffAccount;
  };
  /** Close an account; whoever uses it is signed out at once */
  "POST /api/v1/admin/accounts/{id}/suspend": {
    body: SuspendBody;
    answer: StaffAccount;
  };
  /** What is too much for the server, and what was in the last ninety days */
  "GET /api/v1/admin/alerts": {
    answer: AlertsDocument;
  };
  /** Who did what */
  "GET /api/v1/admin/audit": {
    query: { cursor?: string; limit?: number; actor?: string; action?: Action; subject_kind?: SubjectKind; subject?: string };
    answer: AuditPage;
  };
  /** The copies of the database that there are, the newest first */
  "GET /api/v1/admin/backups": {
    answer: Array<BackupDocument>;
  };
  /** Copies the database now */
  "POST /api/v1/admin/backups": {
    answer: Array<BackupDocument>;
  };
  /** Makes a category */
  "POST /api/v1/admin/categories": {
    body: CategoryText;
    answer: CategoryDocument;
  };
  /** Changes what is named of a category */
  "PATCH /api/v1/admin/categories/{id}": {
    body: Record<string, unknown>;
    answer: CategoryDocument;
  };
  /** Removes a category */
  "DELETE /api/v1/admin/categories/{id}": {
    answer: undefined;
  };
  /** Approves somebody to make channels */
  "PUT /api/v1/admin/channel-creators/{username}": {
    answer: undefined;
  };
  /** Takes the approval to make channels back */
  "DELETE /api/v1/admin/channel-creators/{username}": {
    answer: undefined;
  };
  /** Every channel of the site, hidden ones too */
  "GET /api/v1/admin/channels": {
    query: { q?: string };
    answer: SiteChannels;
  };
  /** Adds all pictures of a ZIP archive to the whole site, each named as its file: 16 MiB and 300 pictures at most */
  "POST /api/v1/admin/chat/emotes": {
    answer: ChatEmotePack;
  };
  /** Adds an emote to the whole site: a PNG, JPEG, GIF or WebP of at most 512 KiB */
  "PUT /api/v1/admin/chat/emotes/{emote}": {
    answer: EmoteDocument;
  };
  /** Removes an emote of the site */
  "DELETE /api/v1/admin/chat/emotes/{emote}": {
    answer: undefined;
  };
  /** Adds a word that may not be said anywhere on the site */
  "POST /api/v1/admin/chat/terms": {
    body: TermBody;
    answer: TermDocument;
  };
  /** Removes a word that may not be said anywhere on the site */
  "DELETE /api/v1/admin/chat/terms/{id}": {
    answer: undefined;
  };
  /** What the admin adds to the pages of the site */
  "GET /api/v1/admin/extras": {
    answer: Extras;
  };
  /** Changes what is named of what the admin adds to the pages */
  "PATCH /api/v1/admin/extras": {
    body: Record<string, unknown>;
    answer: Extras;
  };
  /** How the site was: its machine, its viewers, chat */
  "GET /api/v1/admin/figures": {
    query: { from?: number; to?: number };
    answer: FiguresDocument;
  };
  /** Invitations that are good for something */
  "GET /api/v1/admin/invitations": {
    answer: InvitationsDocument;
  };
  /** Make an invitation */
  "POST /api/v1/admin/invitations": {
    body: InvitationBody;
    answer: NewInvitationDocument;
  };
  /** Take an invitation back */
  "DELETE /api/v1/admin/invitations/{id}": {
    answer: undefined;
  };
  /** The newest lines of the log */
  "GET /api/v1/admin/logs": {
    query: { after?: number; level?: LogLevel; text?: string; limit?: number };
    answer: LogPage;
  };
  /** The programs that have a token for Owncast's API, the oldest first */
  "GET /api/v1/admin/programs": {
    answer: Array<ProgramDocument>;
  };
  /** Lets a program in: its token works on Owncast's integrations API */
  "POST /api/v1/admin/programs": {
    body: ProgramBody;
    answer: NewProgramDocument;
  };
  /** Lets a program in no more */
  "DELETE /api/v1/admin/programs/{id}": {
    answer: undefined;
  };
  /** The site's settings */
  "GET /api/v1/admin/settings": {
    answer: Settings;
  };
  /** Changes the settings that are named */
  "PATCH /api/v1/admin/settings": {
    body: Record<string, unknown>;
    answer: Settings;
  };
  /** Categories, the most watched first */
  "GET /api/v1/categories": {
    answer: Array<CategorySummary>;
  };
  /** A category */
  "GET /api/v1/categories/{slug}": {
    answer: CategorySummary;
  };
  /** Makes a channel, which the caller owns */
  "POST /api/v1/channels": {
    body: CreateChannel;
    answer: OwnChannel;
  };
  /** A channel and what it is doing */
  "GET /api/v1/channels/{name}": {
    answer: ChannelDocument;
  };
  /** Changes what is named of what a channel says of itself */
  "PATCH /api/v1/channels/{name}": {
    body: Record<string, unknown>;
    answer: Profile;
  };
  /** Removes a channel and everything that is its own */
  "DELETE /api/v1/channels/{name}": {
    answer: undefined;
  };
  /** Tells webhooks once more that the broadcast has begun */
  "POST /api/v1/channels/{name}/announcement": {
    answer: undefined;
  };
  /** Gives the channel an avatar: a PNG, JPEG or WebP of at most 10 MiB */
  "PUT /api/v1/channels/{name}/avatar.jpg": {
    answer: undefined;
  };
  /** Takes the channel's avatar away */
  "DELETE /api/v1/channels/{name}/avatar.jpg": {
    answer: undefined;
  };
  /** Gives the channel a banner: a PNG, JPEG or WebP of at most 10 MiB */
  "PUT /api/v1/channels/{name}/banner.jpg": {
    answer: undefined;
  };
  /** Takes the channel's banner away */
  "DELETE /api/v1/channels/{name}/banner.jpg": {
    answer: undefined;
  };
  /** Broadcasts of a channel that are over, the newest first */
  "GET /api/v1/channels/{name}/broadcasts": {
    query: { limit?: number; cursor?: string };
    answer: BroadcastsDocument;
  };
  /** The markers of a broadcast */
  "GET /api/v1/channels/{name}/broadcasts/{broadcast}/markers": {
    answer: MarkersDocument;
  };
  /** Mark this moment of the broadcast that is on */
  "POST /api/v1/channels/{name}/broadcasts/{broadcast}/markers": {
    body: NewMarker;
    answer: MarkerDocument;
  };
  /** Have a marker say something else */
  "PATCH /api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}": {
    body: MarkerPatch;
    answer: MarkerDocument;
  };
  /** Remove a marker */
  "DELETE /api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}": {
    answer: undefined;
  };
  /** The storyboard of a broadcast, where the channel's setting asks for one */
  "GET /api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails": {
    answer: StoryboardDocument;
  };
  /** What moderators did, the newest first */
  "GET /api/v1/channels/{name}/chat/actions": {
    query: { before?: string; chatter?: string };
    answer: Actions;
  };
  /** Does something to keep order */
  "POST /api/v1/channels/{name}/chat/actions": {
    body: ActionBody;
    answer: Acted;
  };
  /** Takes back what was done, as far as it can be */
  "DELETE /api/v1/channels/{name}/chat/actions/{id}": {
    answer: undefined;
  };
  /** What whoever asks has reported here and appealed against, and what became of it */
  "GET /api/v1/channels/{name}/chat/appeals": {
    answer: Array<OwnCase>;
  };
  /** Asks those who keep order to take back what they did to whoever asks */
  "POST /api/v1/channels/{name}/chat/appeals": {
    body: CaseBody;
    answer: undefined;
  };
  /** Decides a report or an appeal */
  "POST /api/v1/channels/{name}/chat/cases/{id}": {
    body: Decision;
    answer: undefined;
  };
  /** The emotes of the channel's chat, the site's among them */
  "GET /api/v1/channels/{name}/chat/emotes": {
    answer: Array<EmoteDocument>;
  };
  /** Adds all pictures of a ZIP archive to the channel, each named as its file: 16 MiB and 300 pictures at most */
  "POST /api/v1/channels/{name}/chat/emotes": {
    answer: ChatEmotePack;
  };
  /** Adds an emote to the channel: a PNG, JPEG, GIF or WebP of at most 512 KiB */
  "PUT /api/v1/channels/{name}/chat/emotes/{emote}": {
    answer: EmoteDocument;
  };
  /** Removes an emote of the channel */
  "DELETE /api/v1/channels/{name}/chat/emotes/{emote}": {
    answer: undefined;
  };
  /** Has a message that waited be said, or not */
  "POST /api/v1/channels/{name}/chat/held/{id}": {
    body: Review;
    answer: undefined;
  };
  /** What was said in the channel's chat, by pages */
  "GET /api/v1/channels/{name}/chat/messages": {
    query: { before?: number; after?: number; limit?: number };
    answer: History;
  };
  /** Somebody who writes in the channel's chat, with what was done and noted about them */
  "GET /api/v1/channels/{name}/chat/people/{id}": {
    answer: ChatPerson;
  };
  /** Notes something about somebody, for others who keep order */
  "POST /api/v1/channels/{name}/chat/people/{id}/notes": {
    body: NoteBody;
    answer: NoteDocument;
  };
  /** Asks everybody in the channel's chat something */
  "PUT /api/v1/channels/{name}/chat/poll": {
    body: PollBody;
    answer: undefined;
  };
  /** Ends the poll before its time */
  "DELETE /api/v1/channels/{name}/chat/poll": {
    answer: undefined;
  };
  /** Tries rules on the newest messages, without changing anything */
  "POST /api/v1/channels/{name}/chat/preview": {
    body: PreviewBody;
    answer: PreviewDocument;
  };
  /** What waits for those who keep order */
  "GET /api/v1/channels/{name}/chat/queue": {
    answer: Queue;
  };
  /** Reports a message to those who keep order */
  "POST /api/v1/channels/{name}/chat/reports": {
    body: CaseBody;
    answer: undefined;
  };
  /** Looks for messages, also among those that were taken away: for those who keep order */
  "GET /api/v1/channels/{name}/chat/search": {
    query: { q?: string; chatter?: string; since?: string; until?: string; before?: number; limit?: number };
    answer: FoundMessages;
  };
  /** The rules of the channel's chat */
  "GET /api/v1/channels/{name}/chat/settings": {
    answer: ChatSettings;
  };
  /** Changes the rules of the channel's chat that are named (RFC 7396) */
  "PATCH /api/v1/channels/{name}/chat/settings": {
    body: ChatSettings;
    answer: ChatSettings;
  };
  /** The words that may not be said in the channel's chat, the site's among them */
  "GET /api/v1/channels/{name}/chat/terms": {
    answer: Array<TermDocument>;
  };
  /** Adds a word that may not be said in the channel's chat */
  "POST /api/v1/channels/{name}/chat/terms": {
    body: TermBody;
    answer: TermDocument;
  };
  /** Removes a word that may not be said in the channel's chat */
  "DELETE /api/v1/channels/{name}/chat/terms/{id}": {
    answer: undefined;
  };
  /** How a channel's broadcasts were: viewers, what came from the encoder, how players fared */
  "GET /api/v1/channels/{name}/figures": {
    query: { from?: number; to?: number; broadcast?: string };
    answer: FiguresDocument;
  };
  /** Whether you follow a channel */
  "GET /api/v1/channels/{name}/follow": {
    answer: FollowState;
  };
  /** Follow a channel */
  "PUT /api/v1/channels/{name}/follow": {
    query: { notify?: boolean };
    answer: FollowState;
  };
  /** Follow a channel no longer */
  "DELETE /api/v1/channels/{name}/follow": {
    answer: FollowState;
  };
  /** Who follows a channel, the newest first */
  "GET /api/v1/channels/{name}/followers": {
    query: { cursor?: string };
    answer: FollowerPage;
  };
  /** Who follows a channel that shows it, the newest first */
  "GET /api/v1/channels/{name}/followers/shown": {
    query: { cursor?: string };
    answer: ShownFollowers;
  };
  /** How a channel's stream is and was, in sentences with a remedy */
  "GET /api/v1/channels/{name}/health": {
    answer: HealthDocument;
  };
  /** The channel's stream keys, oldest first, without their secrets */
  "GET /api/v1/channels/{name}/keys": {
    answer: Array<StreamKeyDocument>;
  };
  /** Makes a stream key and shows it */
  "POST /api/v1/channels/{name}/keys": {
    body: CreateKey;
    answer: RevealedKey;
  };
  /** Gives a stream key another label, disables or enables it */
  "PATCH /api/v1/channels/{name}/keys/{id}": {
    body: ChangeKey;
    answer: StreamKeyDocument;
  };
  /** Removes a stream key */
  "DELETE /api/v1/channels/{name}/keys/{id}": {
    answer: undefined;
  };
  /** Shows a stream key */
  "POST /api/v1/channels/{name}/keys/{id}/reveal": {
    answer: RevealedKey;
  };
  /** Puts a new secret in the place of a stream key's, and shows it */
  "POST /api/v1/channels/{name}/keys/{id}/rotate": {
    answer: RevealedKey;
  };
  /** Which broadcasts have markers */
  "GET /api/v1/channels/{name}/markers": {
    answer: MarkedDocument;
  };
  /** Everybody with a role in the channel, owners first */
  "GET /api/v1/channels/{name}/members": {
    answer: Array<MemberDocument>;
  };
  /** Gives somebody a role in the channel, or another one */
  "PUT /api/v1/channels/{name}/members/{username}": {
    body: MemberRole;
    answer: MemberRole;
  };
  /** Takes somebody's role in the channel */
  "DELETE /api/v1/channels/{name}/members/{username}": {
    answer: undefined;
  };
  /** The panels of a channel's description, in order */
  "GET /api/v1/channels/{name}/panels": {
    answer: Array<PanelDocument>;
  };
  /** Puts these panels in the place of the channel's, in this order */
  "PUT /api/v1/channels/{name}/panels": {
    body: Array<PanelDocument>;
    answer: Array<PanelDocument>;
  };
  /** Gives the channel its own picture: a PNG, JPEG or WebP of at most 10 MiB */
  "PUT /api/v1/channels/{name}/picture.jpg": {
    answer: undefined;
  };
  /** Takes the channel's picture away */
  "DELETE /api/v1/channels/{name}/picture.jpg": {
    answer: undefined;
  };
  /** What a player reports about itself, every ten seconds while it plays */
  "POST /api/v1/channels/{name}/playback": {
    body: PlaybackReport;
    answer: undefined;
  };
  /** What a channel says of itself, as it is changed */
  "GET /api/v1/channels/{name}/profile": {
    answer: Profile;
  };
  /** Streams to come on a channel */
  "GET /api/v1/channels/{name}/schedule": {
    query: { from?: string; to?: string; limit?: number; cursor?: string };
    answer: OccurrencesDocument;
  };
  /** Plan a stream */
  "POST /api/v1/channels/{name}/schedule": {
    body: PlanBody;
    answer: ScheduledStreamDocument;
  };
  /** A planned stream as it was planned */
  "GET /api/v1/channels/{name}/schedule/{stream}": {
    answer: ScheduledStreamDocument;
  };
  /** Change a planned stream, or call all of it off */
  "PATCH /api/v1/channels/{name}/schedule/{stream}": {
    body: PlanPatch;
    answer: ScheduledStreamDocument;
  };
  /** Take a planned stream off the schedule, its past included */
  "DELETE /api/v1/channels/{name}/schedule/{stream}": {
    answer: undefined;
  };
  /** Cancel or move one occurrence */
  "PUT /api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}": {
    body: ExceptionBody;
    answer: ScheduledStreamDocument;
  };
  /** Have one occurrence as the rule says, again */
  "DELETE /api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}": {
    answer: ScheduledStreamDocument;
  };
  /** How a channel is sent */
  "GET /api/v1/channels/{name}/settings": {
    answer: Sending;
  };
  /** Changes what is named of how a channel is sent, from its next broadcast on */
  "PATCH /api/v1/channels/{name}/settings": {
    body: Record<string, unknown>;
    answer: Sending;
  };
  /** Gives a channel another name in addresses */
  "PUT /api/v1/channels/{name}/slug": {
    body: ChannelSlug;
    answer: ChannelSlug;
  };
  /** Ends the channel's broadcast at once */
  "POST /api/v1/channels/{name}/stream/end": {
    body: EndStream;
    answer: StreamEnded;
  };
  /** Lets encoders publish to the channel again */
  "DELETE /api/v1/channels/{name}/stream/lock": {
    answer: undefined;
  };
  /** Puts the test picture on air for three minutes */
  "POST /api/v1/channels/{name}/stream/test": {
    answer: TestPictureShown;
  };
  /** Ends the test picture at once */
  "DELETE /api/v1/channels/{name}/stream/test": {
    answer: undefined;
  };
  /** Takes a channel out of lists, or puts it back */
  "PUT /api/v1/channels/{name}/visibility": {
    body: Visibility;
    answer: Visibility;
  };
  /** A report of a player that speaks CMCD, in the query */
  "GET /api/v1/cmcd": {
    query: { channel?: string; CMCD?: string };
    answer: undefined;
  };
  /** Reports of players that speak CMCD (CTA-5004-B, event mode), from any site */
  "POST /api/v1/cmcd": {
    query: { channel?: string };
    answer: undefined;
  };
  /** Channels: those on air first */
  "GET /api/v1/directory": {
    query: { live?: boolean; category?: string; tag?: string; language?: string; sort?: "viewers" | "started" | "name"; cursor?: string; limit?: number };
    answer: ChannelPage;
  };
  /** Become a guest: a name and a colour, without an account */
  "POST /api/v1/guests": {
    answer: GuestDocument;
  };
  /** How many jobs of each kind wait, run and were given up */
  "GET /api/v1/jobs": {
    answer: JobsDocument;
  };
  /** Jobs that were given up, the latest first */
  "GET /api/v1/jobs/parked": {
    query: { cursor?: string; limit?: number };
    answer: Page_ParkedJob;
  };
  /** Forgets a job that was given up */
  "DELETE /api/v1/jobs/parked/{id}": {
    answer: undefined;
  };
  /** Has a job tried again that was given up */
  "POST /api/v1/jobs/parked/{id}/retry": {
    answer: undefined;
  };
  /** What a text in Markdown becomes on pages, before it is saved */
  "POST /api/v1/markdown": {
    body: MarkdownBody;
    answer: MarkdownShown;
  };
  /** The channels that the caller works on */
  "GET /api/v1/me/channels": {
    answer: Array<OwnChannel>;
  };
  /** Have a link sent to choose another password */
  "POST /api/v1/password-resets": {
    body: ResetBody;
    answer: undefined;
  };
  /** Choose another password with the link that was sent */
  "POST /api/v1/password-resets/complete": {
    body: SetUpBody;
    answer: SessionDocument;
  };
  /** Somebody's public profile */
  "GET /api/v1/people/{username}": {
    answer: PersonDocument;
  };
  /** Streams to come on the whole site */
  "GET /api/v1/schedule": {
    query: { from?: string; to?: string; limit?: number; cursor?: string };
    answer: OccurrencesDocument;
  };
  /** Channels, broadcasts and categories by words */
  "GET /api/v1/search": {
    query: { q?: string; kind?: "channel" | "live" | "category"; cursor?: string };
    answer: SearchPage;
  };
  /** What somebody may mean who has begun to type */
  "GET /api/v1/search/suggest": {
    query: { q?: string };
    answer: Array<Suggestion>;
  };
  /** Who asks, and what they may on the site */
  "GET /api/v1/session": {
    answer: SessionDocument;
  };
  /** Sign in, in a browser */
  "POST /api/v1/session": {
    body: SignInBody;
    answer: SessionDocument;
  };
  /** Sign out */
  "DELETE /api/v1/session": {
    answer: undefined;
  };
  /** Sign in by a passkey, in a browser */
  "POST /api/v1/session/passkey": {
    body: PasskeySignInBody;
    answer: SessionDocument;
  };
  /** Begin to sign in by a passkey */
  "POST /api/v1/session/passkey/options": {
    answer: PasskeyRequest;
  };
  /** Choose the first account's password with the link that the first run printed, and sign in */
  "POST /api/v1/setup": {
    body: SetUpBody;
    answer: SessionDocument;
  };
  /** The site, as everybody sees it */
  "GET /api/v1/site": {
    answer: SiteDocument;
  };
  /** The most used tags, the most watched first */
  "GET /api/v1/tags": {
    answer: Array<TagSummary>;
  };
  /** Sign in, in a program */
  "POST /api/v1/tokens": {
    body: SignInBody;
    answer: TokensDocument;
  };
  /** Exchange a refresh token for new tokens */
  "POST /api/v1/tokens/refresh": {
    body: RefreshBody;
    answer: TokensDocument;
  };
  /** End a program's sign-in; its tokens are good for nothing from then on */
  "POST /api/v1/tokens/revoke": {
    body: RefreshBody;
    answer: undefined;
  };
  /** What the transcoder can do, and what it is doing */
  "GET /api/v1/transcoding": {
    answer: TranscodingDocument;
  };
  /** Where news is sent */
  "GET /api/v1/webhooks": {
    answer: Array<WebhookDocument>;
  };
  /** Tells a program by HTTP what happens on the primary channel */
  "POST /api/v1/webhooks": {
    body: WebhookBody;
    answer: NewWebhookDocument;
  };
  /** Removes a webhook and what is known of its deliveries */
  "DELETE /api/v1/webhooks/{number}": {
    answer: undefined;
  };
  /** What was sent to a webhook, the latest first: a hundred at most */
  "GET /api/v1/webhooks/{number}/deliveries": {
    answer: Array<DeliveryDocument>;
  };
  /** Sends something once more, as it was */
  "POST /api/v1/webhooks/{number}/deliveries/{id}/redeliver": {
    answer: undefined;
  };
}

/** A colour. */
export type Accent = string;

/** An account with what its owner alone sees. */
export type AccountDocument = OwnAccount & {
  links: Array<ProfileLink>;
  /** Codes that sign in without the authenticator, each once */
  recovery_codes_left: number;
};

/** What to change of a profile; what is absent stays. */
export type AccountPatch = {
  bio?: string | null;
  /** A hue */
  colour?: number | null;
  display_name?: string | null;
  links?: Array<ProfileLink> | null;
};

/** Whether somebody may use an account. */
export type AccountState = "pending" | "active" | "suspended" | "deleted";

/** One page of accounts. */
export type AccountsDocument = {
  /** The newest first */
  accounts: Array<StaffAccount>;
  /** To be sent as `cursor` for the next page; absent on the last one */
  next?: string | null;
};

/** What was done. */
export type Acted = {
  /** By which it is undone. */
  id: string;
};

/** What was done. */
export type Action = "settings.changed" | "channel.created" | "channel.changed" | "channel.renamed" | "channel.panels" | "channel.picture" | "channel.markers" | "channel.hidden" | "channel.deleted" | "member.changed" | "creator.changed" | "key.created" | "key.changed" | "key.rotated" | "key.revealed" | "key.deleted" | "stream.ended" | "stream.released" | "webhook.changed" | "token.changed" | "chat.moderated" | "chat.undone" | "chat.settings" | "chat.terms" | "chat.notes" | "chat.emotes" | "chat.polls" | "category.created" | "category.changed" | "category.deleted" | "account.created" | "account.activated" | "account.suspended" | "account.rejected" | "account.role" | "account.reset" | "account.deleted" | "invitation.created" | "invitation.deleted";

/** What to do. */
export type ActionBody = {
  action: "delete";
  /** Which ones, at most 100. */
  messages: Array<string>;
  reason?: string;
} | {
  action: "clear";
  chatter: string;
  reason?: string;
} | {
  action: "timeout";
  chatter: string;
  reason?: string;
  /** 1 to 1209600. */
  seconds: number;
} | {
  action: "untimeout";
  chatter: string;
  reason?: string;
} | {
  action: "ban";
  /** Whether the address that they wrote from last is banned too. */
  address?: boolean;
  /** Whom. Either this or `network`. */
  chatter?: string | null;
  /** An address or a range, such as `203.0.113.0/24`. */
  network?: string | null;
  reason?: string;
  /** For how long; for ever when absent. */
  seconds?: number | null;
} | {
  action: "unban";
  chatter?: string | null;
  network?: string | null;
  reason?: string;
} | {
  action: "pin";
  message: string;
  /** For how long; until it is unpinned when absent. */
  seconds?: number | null;
} | {
  action: "unpin";
} | {
  action: "warn";
  chatter: string;
  reason: string;
};

/** Something that a moderator did. */
export type ActionDocument = {
  /** When (RFC 3339, UTC). */
  at: string;
  by: string;
  /** Against whom, if against a person. */
  chatter_id: string | null;
  /** What they were called. */
  chatter_name: string;
  id: string;
  kind: ActionKind;
  /** Against which addresses, if against any: an address says where somebody lives, and is shown to those who look after the whole site; others read `hidden`. */
  network: string | null;
  reason: string;
  /** When it was undone (RFC 3339, UTC). */
  undone_at: string | null;
  undone_by: string | null;
  /** Until when it is in force (RFC 3339, UTC). */
  until: string | null;
};

/** What a moderator did. */
export type ActionKind = "delete" | "clear" | "timeout" | "untimeout" | "ban" | "unban" | "warn" | "pin" | "unpin";

/** The newest actions. */
export type Actions = {
  actions: Array<ActionDocument>;
  /** Whether there are more before them. */
  more: boolean;
};

/** Something that is or was too much. */
export type AlertDocument = {
  /** The channel's id; `null` where it is about the machine. */
  channel: string | null;
  /** Until when; `null` while it stands. */
  cleared_at: string | null;
  id: string;
  /** What is watched. */
  kind: Watched;
  /** Since when (RFC 3339, UTC). */
  raised_at: string;
  /** What is wrong, and what to do about it, in words. */
  sentence: string;
};

/** From where on somebody is told; 0 switches one off. */
export type AlertRules = {
  /** Hundredths of the processor's time. */
  cpu_percent?: number;
  /** Hundredths of the data folder's disk. */
  disk_percent?: number;
  /** Jobs that were given up. */
  failed_jobs?: number;
  /** Seconds that an encoder, or what is encoded here, is behind. */
  lag_seconds?: number;
  /** Hundredths of the memory. */
  memory_percent?: number;
};

/** Alerts, those that stand first. */
export type AlertsDocument = {
  alerts: Array<AlertDocument>;
};

/** What a new token is for. */
export type ApiTokenBody = {
  /** Without it, until it is removed */
  expires_in_days?: number | null;
  label: string;
  /** Twice the same is once */
  scopes: Array<Scope>;
};

/** A token, without the secret. */
export type ApiTokenDocument = {
  created_at: string;
  expires_at?: string | null;
  id: string;
  label: string;
  /** To five minutes */
  last_used_at?: string | null;
  scopes: Array<Scope>;
};

/** The tokens of an account. */
export type ApiTokensDocument = {
  tokens: Array<ApiTokenDocument>;
};

/** How the players that report fared over the last minute. */
export type Audience = {
  /** What the players' networks carry, by their own estimates. */
  bandwidth: Spread;
  /** What the players have in their buffers. */
  buffer: Spread;
  /** How long segments took to come, by those players that say so. */
  download: Spread;
  /** How many of the pictures that were decoded were not shown, from 0 to 1. */
  dropped_share: number;
  /** Players with errors. */
  failed: number;
  /** How far pictures are behind what the encoder sends. */
  latency: Spread;
  /** How many players report. */
  players: number;
  /** How many play which rendition. */
  renditions: Array<RenditionPlayers>;
  /** Players whose picture stood still. */
  stalled: number;
  /** For how much of the time pictures stood still, from 0 to 1. */
  stalled_share: number;
  /** Changes from one rendition to another. */
  switches: number;
};

/** The sound of a broadcast. */
export type AudioInfo = {
  /** Number of channels. */
  channels: number;
  /** RFC 6381 form. */
  codec: string;
  /** Samples per second. */
  sample_rate: number;
};

/** One thing that somebody did. */
export type AuditEntry = {
  /** What, as one word. */
  action: Action;
  /** Who, by the name of then. */
  actor: string;
  /** Whose account; null for the command line and the system. */
  actor_id: string | null;
  /** When (RFC 3339, UTC). */
  at: string;
  /** What became of it. */
  became: unknown;
  /** Its id; a later one sorts after it. */
  id: string;
  /** Its name of then. */
  subject: string;
  /** Which one; empty for the site. */
  subject_id: string;
  /** What kind of thing it was done to. */
  subject_kind: SubjectKind;
  /** What was, of what has changed. */
  was: unknown;
};

/** A page of the log, newest first. */
export type AuditPage = {
  entries: Array<AuditEntry>;
  /** Ask with this for the next page; null on the last one. */
  next: string | null;
};

/** A copy of the database, in the folder `backups` of the data folder. */
export type BackupDocument = {
  /** When it was made (RFC 3339, UTC). */
  made_at: string;
  /** The file's name. */
  name: string;
  size_bytes: number;
};

/** What stands before a name. */
export type Badge = "owner" | "editor" | "moderator" | "admin" | "bot" | "authenticated" | "follower";

/** A broadcast, as the transcoder sees it. */
export type BroadcastDocument = {
  channel_id: string;
  child?: ChildDocument | null;
  id: string;
  /** Its place in the queue; 1 is the next. */
  place?: number | null;
  /** What it waits for, or what went wrong. */
  reason?: string | null;
  remarks: Array<RemarkDocument>;
  rungs: Array<RungDocument>;
  state: BroadcastState;
};

/** What is done for a broadcast. */
export type BroadcastState = "measuring" | "idle" | "queued" | "starting" | "running" | "backing_off" | "too_slow";

/** A page of broadcasts that are over, the newest first. */
export type BroadcastsDocument = {
  broadcasts: Array<PastBroadcast>;
  /** For `cursor`, where there are more */
  next: string | null;
};

export type CaseBody = {
  /** The message that is reported, or the action that is appealed against. */
  subject: string;
  /** What is wrong with it, at most 1,000 characters. */
  text: string;
};

/** A report of a message, or an appeal against an action. */
export type CaseDocument = {
  /** Since when (RFC 3339, UTC). */
  at: string;
  /** Who asks. */
  chatter_id: string;
  chatter_name: string;
  id: string;
  kind: CaseKind;
  /** The message or the action. */
  subject_id: string;
  text: string;
};

/** What moderators are asked to look at. */
export type CaseKind = "report" | "appeal";

/** A category. */
export type CategoryDocument = {
  /** When it was made (RFC 3339, UTC). */
  created_at: string;
  /** What belongs to it; may be empty. */
  description: string;
  id: string;
  /** Its name on pages. */
  name: string;
  /** Its name in addresses. */
  slug: string;
};

/** A category's names. */
export type CategoryName = {
  /** On pages. */
  name: string;
  /** In addresses. */
  slug: string;
};

/** A category, and what there is of it. */
export type CategorySummary = {
  /** Channels of it. */
  channels: number;
  /** What belongs to it; may be empty. */
  description: string;
  /** Its identity. */
  id: string;
  /** Those of them that are on air. */
  live: number;
  /** Its name on pages. */
  name: string;
  /** Its name in addresses. */
  slug: string;
  /** How many watch those. */
  viewers: number;
};

/** What admins say of a category. */
export type CategoryText = {
  /** What belongs to it; may be empty. */
  description?: string;
  /** Its name on pages. */
  name?: string;
  /** Its name in addresses. */
  slug?: string;
};

/** A change to a key. */
export type ChangeKey = {
  /** Whether nobody may publish with it. */
  disabled?: boolean | null;
  /** What it is for. */
  label?: string | null;
};

/** The password, and another. */
export type ChangePasswordBody = {
  new_password: string;
  /** As it is now */
  password: string;
};

/** What a channel says of itself beside its name and title. */
export type ChannelAbout = {
  accent: Accent | null;
  category: CategoryName | null;
  language: Language | null;
  /** Where else to find the streamer; say `rel="me"` of them. */
  links: Array<Link>;
  /** Whether it is for grown-ups. */
  mature: boolean;
  /** The parts of its description, in order. */
  panels: Array<PanelView>;
  /** Whether everybody may see who follows it. */
  shows_followers: boolean;
  /** What people look for. */
  tags: Array<Tag>;
};

/** A channel as its page shows it. */
export type ChannelDocument = {
  /** What it says of itself beside. */
  about: ChannelAbout;
  /** Where its avatar is, if it has one. */
  avatar_url: string | null;
  /** Where its banner is, if it has one. */
  banner_url: string | null;
  /** About the channel; may be empty. */
  description: string;
  /** How many follow it. */
  followers: number;
  /** Whether it is the channel that `/` shows. */
  is_primary: boolean;
  /** Its name. */
  name: string;
  next_stream: Coming | null;
  /** Where the picture is that its owner gave it, if any. */
  picture_url: string | null;
  /** Where its master playlist is. */
  playback_url: string;
  /** Its name in addresses. */
  slug: string;
  /** What it is doing. */
  status: Status;
  /** What is on now; may be empty. */
  title: string;
};

/** Some channels. */
export type ChannelPage = {
  channels: Array<ListedChannel>;
  /** What to ask the next ones with; `null` when there are no more. */
  next: string | null;
};

/** What a person is in one channel; each may all that those before it may. */
export type ChannelRole = "moderator" | "editor" | "owner";

/** How channels come to be. */
export type ChannelRules = {
  /** Who may make channels, beside admins. */
  creators?: Creators;
  /** Channels that one account may own. */
  max_per_account?: number;
};

/** A channel's name in addresses. */
export type ChannelSlug = {
  slug: string;
};

/** A channel in a line, as lists show it and pages are told of its changes. */
export type ChannelSummary = {
  accent: Accent | null;
  category: CategoryName | null;
  language: Language | null;
  /** Whether it is for grown-ups. */
  mature: boolean;
  /** Its name. */
  name: string;
  /** Its name in addresses. */
  slug: string;
  /** What is on now; may be empty. */
  title: string;
};

/** What moderators say of a report or an appeal. */
export type ChatAnswered = {
  /** What moderators say; may be empty. */
  answer: string;
  /** Whether whoever asked is right. */
  granted: boolean;
  /** `report` or `appeal`. */
  kind: string;
  /** The message or the action. */
  subject_id: string;
};

/** What a client says of chat on the socket. */
export type ChatClientMessage = {
  /** What `POST /api/v1/guests` answered. */
  guest: string;
  type: "hello";
} | {
  /** What the client calls the request, at most 64 characters: the same of the same person within ten minutes is acknowledged again and not said twice. */
  key: string;
  /** The message that it answers. */
  reply_to?: string | null;
  /** The text. */
  text: string;
  type: "say";
} | {
  /** Which message. */
  id: string;
  /** What the client calls the request. */
  key: string;
  /** The text. */
  text: string;
  type: "edit";
} | {
  /** Which message. */
  id: string;
  /** What the client calls the request. */
  key: string;
  type: "delete";
} | {
  /** What the client calls the request. */
  key: string;
  /** The name. */
  name: string;
  type: "rename";
} | {
  /** The colour, as an angle of 0 to 359 degrees. */
  hue: number;
  /** What the client calls the request. */
  key: string;
  type: "colour";
} | {
  /** Which answer, from 0. */
  choice: number;
  /** What the client calls the request. */
  key: string;
  /** Which poll. */
  poll: string;
  type: "vote";
};

/** What became of an archive. */
export type ChatEmotePack = {
  added: Array<EmoteDocument>;
  /** What was not added, and why. */
  refused: Array<ChatEmoteRefused>;
};

/** A file of an archive that is no emote now. */
export type ChatEmoteRefused = {
  detail: string;
  name: string;
};

/** An event on its way to a client. */
export type ChatEvent = ChatFact & {
  /** When it happened (RFC 3339, UTC). */
  at: string;
  /** Its number in the room: events have every number once, in their order. */
  seq: number;
};

/** What happened. */
export type ChatFact = ChatMessage & {
  kind: "message";
} | {
  /** Its text as HTML that is safe to show. */
  html: string;
  /** Which message. */
  id: string;
  kind: "edited";
  /** Its text as its author typed it. */
  text: string;
} | {
  /** By whom. */
  by: Remover;
  /** Which messages. */
  ids: Array<string>;
  kind: "deleted";
} | {
  kind: "restored";
  /** The newest of them, at most 100. */
  messages: Array<ChatMessage>;
} | {
  /** Whose. */
  chatter_id: string;
  kind: "cleared";
} | {
  /** As they are now. */
  chatter: Chatter;
  kind: "renamed";
  /** What they were called. */
  old_name: string;
} | {
  /** Who said so. */
  by: string;
  kind: "pinned";
  message: ChatMessage | null;
  /** Until when (RFC 3339, UTC); without end when absent. */
  until: string | null;
} | ChatPoll & {
  kind: "poll";
} | ChatModes & {
  kind: "mode";
} | {
  /** As HTML that is safe to show. */
  html: string;
  kind: "notice";
};

/** Whether somebody may write. */
export type ChatMaySpeak = {
  /** What a moderator did that is the reason: whoever it is against can appeal. */
  action: string | null;
  /** Whether they may. */
  allowed: boolean;
  /** Why not, in words. */
  detail: string | null;
  reason: Reason | null;
  /** Until when not (RFC 3339, UTC). */
  until: string | null;
};

/** Something said. */
export type ChatMessage = {
  /** Who said it. */
  author: Chatter;
  /** Whether its author never said anything in this room before. */
  first: boolean;
  /** The text as HTML that is safe to show. */
  html: string;
  /** Its identity. */
  id: string;
  /** The names that it calls. */
  mentions: Array<string>;
  reply_to: ChatReplyTo | null;
  /** How it is meant. */
  style: Style;
  /** The text as its author typed it. */
  text: string;
};

/** The rules of a room that whoever writes must know. */
export type ChatModes = {
  /** Whether emotes alone may be sent. */
  emote_only: boolean;
  /** Whether the channel has a chat at all. */
  enabled: boolean;
  /** For how many minutes somebody must have been known. */
  established_minutes: number;
  /** For how many minutes somebody must have followed; anybody may write when absent. */
  followers_only_minutes: number | null;
  /** Whose links are shown. */
  links: Links;
  /** Most characters of a message. */
  max_length: number;
  /** When it is open. */
  open: Open;
  /** Whether moderators alone may write. */
  quiet: boolean;
  /** Whether everything is tightened. */
  shield: boolean;
  /** Whether it takes an account. */
  signed_in_only: boolean;
  /** The pause between two messages of one person, in seconds. */
  slow_seconds: number;
};

/** Somebody, as those see them who keep order. */
export type ChatPerson = {
  /** What was done about them here, the newest first. */
  actions: Array<ActionDocument>;
  id: string;
  kind: Kind;
  name: string;
  /** What was noted about them here, the newest first. */
  notes: Array<NoteDocument>;
  /** Since when they are known (RFC 3339, UTC). */
  since: string;
};

/** A message that stays in sight. */
export type ChatPin = {
  /** Who said so. */
  by: string;
  /** Which message. */
  message: ChatMessage;
  /** Until when (RFC 3339, UTC); without end when absent. */
  until: string | null;
};

/** A poll. */
export type ChatPoll = {
  /** Who asked. */
  by: string;
  /** What can be answered. */
  choices: Array<ChatPollChoice>;
  /** Whether it is over. */
  closed: boolean;
  /** Until when answers count (RFC 3339, UTC). */
  closes_at: string;
  /** Its identity. */
  id: string;
  /** What is asked. */
  question: string;
};

/** One answer. */
export type ChatPollChoice = {
  /** What it says. */
  text: string;
  /** How many chose it. */
  votes: number;
};

/** Who came and went. */
export type ChatPresence = {
  /** How many are there. */
  count: number;
  /** Who came, as far as they are few. */
  joined: Array<Chatter>;
  /** Who went, as far as they are few. */
  left: Array<Chatter>;
};

/** Who is there. */
export type ChatPresent = {
  /** How many. */
  count: number;
  /** Some of them. */
  some: Array<Chatter>;
};

/** What waits for those who keep order. */
export type ChatQueueCount = {
  /** Reports and appeals. */
  cases: number;
  /** Messages. */
  held: number;
};

/** Why it is not done. */
export type ChatRefused = {
  /** Why, as a word. */
  code: Reason;
  /** Why, in words. */
  detail: string;
  /** What the client called the request; empty when that cannot be read. */
  key: string;
  /** Which part of the text it is about: first byte, and the one after the last. */
  range: Array<unknown> | null;
  /** When it is worth trying again (RFC 3339, UTC). */
  until: string | null;
};

/** The message that another answers, in short. */
export type ChatReplyTo = {
  /** Who said it. */
  author_name: string;
  /** How it begins. */
  excerpt: string;
  /** Which message. */
  id: string;
};

/** What a room is. */
export type ChatRoom = {
  /** Changes whenever emotes do. */
  emotes_version: number;
  /** The number of its last event. */
  last_seq: number;
  /** Whether whoever asks may write. */
  may_speak: ChatMaySpeak;
  /** Its rules. */
  modes: ChatModes;
  pinned: ChatPin | null;
  poll: ChatPoll | null;
};

/** What holds in every chat of the site. */
export type ChatRules = {
  /** For how many days what was said is kept; 0 keeps it for ever. */
  kept_days?: number;
};

/** What the server says of chat on the socket. */
export type ChatServerMessage = ChatWelcome & {
  type: "chat_welcome";
} | {
  /** The events. */
  events: Array<ChatEvent>;
  type: "chat";
} | ChatPresence & {
  type: "presence";
} | ChatYou & {
  type: "you";
} | {
  /** The message's id, where there is one. */
  id: string | null;
  /** What the client called the request. */
  key: string;
  /** The event's number, where there is one. */
  seq: number | null;
  type: "ack";
} | ChatRefused & {
  type: "refused";
} | {
  /** What the client called the request. */
  key: string;
  type: "held";
} | ChatQueueCount & {
  type: "queue";
} | ChatAnswered & {
  type: "answered";
} | {
  /** Why. */
  reason: string;
  type: "warned";
} | {
  /** As HTML that is safe to show. */
  html: string;
  type: "private";
} | {
  /** Why, as a word: `too_slow`, `flood`, `banned`, `signed_out`, `stopping`. */
  code: string;
  /** Why, in words. */
  detail: string;
  type: "chat_closed";
};

/** The settings of a room. */
export type ChatSettings = {
  /** So many who come within ten seconds raise the shield for ten minutes; 0 never does. */
  auto_shield_joins?: number;
  /** Whether emotes alone may be sent. */
  emote_only?: boolean;
  /** Whether the channel has a chat at all. */
  enabled?: boolean;
  /** For how many minutes somebody must have been known. */
  established_minutes?: number;
  /** For how many minutes somebody must have followed; anybody may write when absent. */
  followers_only_minutes: number | null;
  /** Whether doubtful messages – links, capitals, repetition where they are not wanted – wait for a moderator instead of being refused. */
  hold_doubtful?: boolean;
  /** Whether the room says who comes and goes. */
  join_messages?: boolean;
  /** Where listed links lead, subdomains included. */
  link_hosts?: Array<string>;
  /** Whose links are shown. */
  links?: Links;
  /** How much of a long message may be capitals, in percent. */
  max_caps_percent?: number;
  /** Most characters of a message. */
  max_length?: number;
  /** When it is open. */
  open?: Open;
  /** Whether moderators alone may write. */
  quiet?: boolean;
  /** Whether the same may be said again and again. */
  repetition?: boolean;
  /** Tightens everything at once: accounts alone that are known for a day, no links, every ten seconds. */
  shield?: boolean;
  /** Whether it takes an account. */
  signed_in_only?: boolean;
  /** The pause between two messages of one person, in seconds. */
  slow_seconds?: number;
  /** What who comes is told; may be empty. */
  welcome?: string;
};

/** The first of chat. */
export type ChatWelcome = {
  /** Who is there. */
  present: ChatPresent;
  /** Whether everything after the number that was asked for follows. */
  resumed: boolean;
  /** What the room is. */
  room: ChatRoom;
  you: Chatter | null;
};

/** How things are with whoever sits there. */
export type ChatYou = {
  /** Who they are. */
  chatter: Chatter;
  /** Whether they may write. */
  may_speak: ChatMaySpeak;
};

/** Somebody in chat, as everybody sees them. */
export type Chatter = {
  /** What stands before their name. */
  badges: Array<Badge>;
  /** The colour of their name, as an angle of 0 to 359 degrees. */
  hue: number;
  /** Stays the same whatever they are called. */
  id: string;
  /** What they are. */
  kind: Kind;
  /** What they are called. */
  name: string;
  /** Since when they are known (RFC 3339, UTC). */
  since: string;
  /** The name of their account, if they have one. */
  username: string | null;
};

/** A process that encodes. */
export type ChildDocument = {
  cpu_ms: number;
  /** Packets that were not packaged in time. */
  dropped_packets: number;
  /** Pictures made so far, of all rungs. */
  frames: number;
  lag_ms: number;
  memory_bytes: number;
  pid: number;
  /** Seconds of media made in a second. */
  speed: number;
};

/** What the API says went wrong; the web application translates the code. */
export type Code = "channel_not_found" | "not_found" | "method_not_allowed" | "key_needed" | "too_large" | "too_often" | "bad_request" | "not_yet" | "too_many" | "forbidden" | "sign_in_needed" | "role_needed" | "scope_needed" | "token_invalid" | "wrong_origin" | "wrong_credentials" | "code_needed" | "code_wrong" | "code_invalid" | "passkey_refused" | "passkeys_unavailable" | "account_pending" | "account_suspended" | "registration_closed" | "invitation_needed" | "invitation_invalid" | "name_taken" | "name_invalid" | "password_weak" | "mail_invalid" | "mail_taken" | "invalid" | "full" | "last_admin" | "cursor_invalid" | "in_progress" | "key_reused" | "conflict" | "not_on_air" | "no_mail" | "internal";

/** A code of the authenticator. */
export type CodeBody = {
  code: string;
};

/** A planned stream, one time that it happens. */
export type Coming = {
  /** The broadcasts that it became */
  broadcasts: Array<string>;
  category_id: string | null;
  /** The channel's slug */
  channel: string;
  /** The channel's name */
  channel_name: string;
  description: string;
  /** RFC 3339, UTC */
  ends_at: string;
  /** What the clocks of its place show when it begins */
  local_start: string;
  /** What this occurrence is called by: the time that the stream's rule gives it */
  occurrence: string;
  /** RFC 3339, UTC */
  starts_at: string;
  state: OccurrenceState;
  /** The planned stream */
  stream: string;
  /** The place */
  time_zone: string;
  title: string;
  /** Its page, for good */
  url: string;
};

/** How a stream is, all in all. */
export type Condition = "good" | "fair" | "poor";

/** A channel to be made. */
export type CreateChannel = {
  /** Its name on pages; the slug when absent. */
  name?: string | null;
  /** Its name in addresses: `/@slug`. */
  slug: string;
};

/** A stream key to be made. */
export type CreateKey = {
  /** What it is for. */
  label: string;
};

/** A passkey that was made: what `toJSON()` of the browser's credential gives. Further fields are ignored. */
export type CreatedCredential = {
  response: CreatedResponse;
};

export type CreatedResponse = {
  authenticatorData: string;
  clientDataJSON: string;
  publicKey?: string | null;
  publicKeyAlgorithm: number;
  transports?: Array<string>;
};

export type CreationOptions = {
  attestation: string;
  authenticatorSelection: KeySelection;
  challenge: string;
  excludeCredentials: Array<KeyName>;
  pubKeyCredParams: Array<KeyKind>;
  rp: RelyingParty;
  /** In milliseconds */
  timeout: number;
  user: KeyUser;
};

/** Who may make channels, beside admins. */
export type Creators = "admins" | "approved" | "anyone";

export type Decision = {
  /** What they are told. */
  answer?: string;
  /** Whether whoever asked is right: an action that they appealed against is undone then. */
  granted: boolean;
};

/** Something that was sent, or is being sent. */
export type DeliveryDocument = {
  /** How often it was tried. */
  attempts: number;
  /** What is sent, as JSON in text. */
  body: string;
  created_at: string;
  event: EventKind;
  /** Why it did not answer; empty when it did. */
  failure: string;
  id: string;
  /** Whether it is not tried any more by itself. */
  is_done: boolean;
  /** What the receiver answered last. */
  status: number | null;
  tried_at: string | null;
};

/** A channel in the directory. */
export type DirectoryEntry = {
  channel: ChannelSummary;
  id: string;
  status: Status;
};

/** A picture that stands for a word. */
export type EmoteDocument = {
  /** Whether it moves. */
  animated: boolean;
  height: number;
  id: string;
  /** Whether it is one of the site's. */
  is_of_site: boolean;
  /** Written as `:name:`. */
  name: string;
  /** Where its picture is. */
  url: string;
  /** In pixels. */
  width: number;
};

/** An encoder of ffmpeg. */
export type EncoderDocument = {
  /** Its name in ffmpeg. */
  name: string;
  /** Why it fails. */
  reason?: string | null;
  state: EncoderState;
};

/** What came of trying an encoder. */
export type EncoderState = "works" | "missing" | "fails";

/** How a broadcast is ended. */
export type EndStream = {
  /** Whether nobody may publish until the lock is released. Without it most encoders come back by themselves, and begin another broadcast. */
  lock?: boolean;
};

/** A second factor that waits for its first code. */
export type EnrolmentDocument = {
  /** For authenticators that cannot read pictures */
  secret: string;
  /** To be shown as a QR code */
  uri: string;
};

/** What happened, by Owncast's names. */
export type EventKind = "CHAT" | "NAME_CHANGE" | "USER_JOINED" | "USER_PARTED" | "STREAM_STARTED" | "STREAM_STOPPED" | "STREAM_TITLE_UPDATED" | "VISIBILITY-UPDATE" | "FEDIVERSE_ENGAGEMENT_FOLLOW" | "ALERT";

/** A message that would not have been said as it was. */
export type Example = {
  author_name: string;
  code: Reason;
  detail: string;
  id: string;
  /** Which part of the text it is about: first byte, and the one after the last. */
  range: Array<unknown> | null;
  text: string;
};

/** What became of one occurrence. */
export type ExceptionBody = {
  state: "cancelled";
} | {
  /** As the stream's when absent */
  duration_minutes?: number | null;
  /** What the clocks of its place show then */
  starts_at: string;
  state: "moved";
  /** As the stream's when absent */
  title?: string | null;
};

/** Everything that is kept of you among the accounts. */
export type ExportDocument = {
  account: OwnAccount;
  api_tokens: Array<ApiTokenDocument>;
  links: Array<ProfileLink>;
  logins: Array<LoginDocument>;
  passkeys: Array<PasskeyDocument>;
};

/** A button under the player that leads elsewhere, or shows a text. */
export type ExternalAction = {
  color?: string;
  description?: string;
  html?: string;
  /** Where a picture for it is. */
  icon?: string;
  openExternally?: boolean;
  title?: string;
  /** Where it leads; empty where it shows `html`. */
  url?: string;
};

/** What the admin adds to the pages of the site. */
export type Extras = {
  /** Colours and measures by the names of their variables in CSS. */
  appearance?: Record<string, string>;
  /** A script of the admin's own; may be empty. It never runs on pages for admins. */
  custom_javascript?: string;
  /** Styles of the admin's own, as CSS; may be empty. */
  custom_styles?: string;
  /** Buttons under the picture, at most 50. */
  external_actions?: Array<ExternalAction>;
  /** What stands where the picture is while nothing is on; Markdown, may be empty. */
  offline_message?: string;
};

/** What is kept of how the site was. */
export type FigureRules = {
  /** For how many days figures by the hour are kept. Those by the minute are kept for two days at most, those by ten minutes for thirty. */
  kept_days?: number;
};

/** How it was over time. */
export type FiguresDocument = {
  now: FiguresPoint | null;
  /** The oldest first. Where nothing was measured there is none. */
  points: Array<FiguresPoint>;
  /** From one point to the next. The finest in which so much is kept and can be drawn. */
  step_seconds: number;
};

/** What was measured from a time on. */
export type FiguresPoint = {
  /** When the point begins (RFC 3339, UTC). */
  at: string;
  /** By name; the last word of a name says the unit. What nobody said is not there. */
  figures: Record<string, number>;
  /** How many viewers are of which kind: by `countries`, `players`, `devices` and `renditions`. */
  parts: Record<string, Record<string, number>>;
};

/** What was found. The names are stable. */
export type Finding = "encoder_gone" | "encoder_silent" | "encoder_reconnects" | "upload_too_slow" | "bitrate_collapsed" | "bitrate_wasteful" | "keyframes_far_apart" | "frame_rate_unsteady" | "frame_rate_variable" | "size_changed" | "clock_jumped" | "b_frames" | "codec_not_playable" | "audio_missing" | "audio_stopped" | "video_missing" | "transcoder_missing" | "transcoder_queued" | "transcoder_behind" | "transcoder_fails" | "viewers_stall" | "viewers_fail" | "viewers_short_of_bandwidth" | "viewers_drop_frames";

/** Something that is found, and what to do about it. */
export type FindingDocument = {
  /** Its stable name. */
  code: Finding;
  /** What to do about it. */
  remedy: string;
  /** What is found, in words. */
  sentence: string;
  /** How bad it is. */
  severity: Severity;
  /** Since when (RFC 3339, UTC). */
  since: string;
};

/** Whether the account follows a channel. */
export type FollowState = {
  /** How many follow it. */
  followers: number;
  following: boolean;
  /** Whether the account is told when it goes live. */
  notify: boolean;
};

/** A channel that the account follows. */
export type FollowedChannel = {
  channel: ListedChannel;
  /** Since when (RFC 3339, UTC). */
  followed_at: string;
  /** Whether the account is told when it goes live. */
  notify: boolean;
};

/** Some of what the account follows, those on air first. */
export type FollowedPage = {
  follows: Array<FollowedChannel>;
  /** What to ask the next ones with; `null` when there are no more. */
  next: string | null;
};

/** Somebody who follows the channel. */
export type FollowerDocument = {
  /** The account. */
  account: string;
  /** Since when (RFC 3339, UTC). */
  followed_at: string;
};

/** Some of those who follow the channel, the newest first. */
export type FollowerPage = {
  followers: Array<FollowerDocument>;
  /** What to ask the next ones with; `null` when there are no more. */
  next: string | null;
  /** How many there are in all. */
  total: number;
};

/** Whether the account may be seen among the followers of channels that show theirs. */
export type FollowsListed = {
  listed: boolean;
};

/** A message, as those see it who keep order. */
export type FoundMessage = {
  /** When it was said (RFC 3339, UTC). */
  at: string;
  /** Whether it was taken away. */
  hidden: boolean;
  /** The message. */
  message: ChatMessage;
  /** Its event's number. */
  seq: number;
};

/** Messages that were found. */
export type FoundMessages = {
  /** The newest first. */
  messages: Array<FoundMessage>;
  /** Whether there are more before them. */
  more: boolean;
};

/** Somebody without an account. */
export type GuestDocument = {
  /** A hue, 0 to 359 */
  colour: number;
  id: string;
  name: string;
  /** What the guest shows from now on; a new account takes it as `guest`, to keep name, colour and history */
  token: string;
};

/** How a channel's stream is. */
export type Health = {
  /** When this was found out (RFC 3339, UTC). */
  at: string;
  /** What players report. */
  audience: Audience;
  /** Which broadcast is on; `null` when nothing is. */
  broadcast_id: string | null;
  condition: Condition | null;
  /** What there is to say about it, the worst first. */
  findings: Array<FindingDocument>;
  ingest: Ingest | null;
  /** How many are watching. */
  viewers: number;
};

/** How a channel's stream is, and how it was. */
export type HealthDocument = {
  /** How it is now. */
  health: Health;
  /** How the broadcast was, or the last one, oldest first: a point for every two seconds of the last ten minutes, and one for every minute of the eight hours before. */
  history: Array<HealthPoint>;
};

/** A broadcast at one moment, or in one minute. */
export type HealthPoint = {
  /** When (RFC 3339, UTC). */
  at: string;
  /** Bits per second. */
  audio_bps: number;
  /** How it was all in all; the worst of its minute. */
  condition: Condition;
  /** Frames per second. */
  frame_rate: number;
  /** How late frames came. */
  lag_ms: number;
  /** The middle of the players' latencies; `null` where none said. */
  latency_ms: number | null;
  /** How many players reported. */
  players: number;
  /** How many of them had stood still in the minute before. */
  stalled: number;
  /** Bits per second. */
  video_bps: number;
  /** How many were watching. */
  viewers: number;
};

/** A message that waits for a moderator. */
export type HeldMessage = {
  /** Since when (RFC 3339, UTC). */
  at: string;
  id: string;
  message: ChatMessage;
  /** Why it waits. */
  reason: string;
};

/** Part of what happened. */
export type History = {
  /** The events, the oldest first. */
  events: Array<ChatEvent>;
  /** Whether there are more beyond them. */
  more: boolean;
};

/** Something that was found. */
export type Hit = {
  channel: ListedChannel;
  kind: "channel";
} | {
  channel: ListedChannel;
  kind: "live";
} | {
  category: CategorySummary;
  kind: "category";
};

/** What comes from the encoder, measured over the last ten seconds. */
export type Ingest = {
  audio: IngestAudio | null;
  /** Jumps of the encoder's clock. */
  clock_jumps: number;
  /** How unevenly frames come (RFC 3550). */
  jitter_ms: number;
  /** How much later than the quickest ones the newest frame came. */
  lag_ms: number;
  /** Frames that came late. */
  late_frames: number;
  /** The longest time in which nothing came. */
  longest_wait_ms: number;
  /** How often an encoder has come back into this broadcast. */
  reconnects: number;
  video: IngestVideo | null;
};

/** The sound as it comes from the encoder. */
export type IngestAudio = {
  /** Bits per second. */
  bitrate_bps: number;
  /** Number of channels. */
  channels: number;
  /** RFC 6381 form. */
  codec: string;
  /** Samples per second. */
  sample_rate: number;
};

/** The pictures as they come from the encoder. */
export type IngestVideo = {
  /** Whether there are B-frames. */
  b_frames: boolean;
  /** Bits per second. */
  bitrate_bps: number;
  /** RFC 6381 form. */
  codec: string;
  /** Frames per second on the encoder's clock. */
  frame_rate: number;
  /** In pixels. */
  height: number;
  /** From one keyframe to the next; `null` until there were two. */
  keyframe_interval_ms: number | null;
  /** The longest such time lately. */
  longest_keyframe_interval_ms: number;
  /** How much of the pictures is missing, from 0 to 1. */
  missing_share: number;
  /** How much the time between pictures varies: standard deviation by mean. */
  unevenness: number;
  /** In pixels. */
  width: number;
};

/** What a new invitation is for. */
export type InvitationBody = {
  /** Without it, until it is used up */
  expires_in_days?: number | null;
  note?: string;
  /** How many accounts can be made with it */
  uses: number;
};

/** An invitation, without its code. */
export type InvitationDocument = {
  created_at: string;
  expires_at?: string | null;
  id: string;
  /** The name of whoever made it */
  made_by?: string | null;
  note: string;
  uses_left: number;
};

/** Invitations that are good for something. */
export type InvitationsDocument = {
  /** The newest first */
  invitations: Array<InvitationDocument>;
};

/** The jobs of one kind. */
export type JobFigures = {
  kind: string;
  /** Were given up. */
  parked: number;
  running: number;
  /** Wait for their time, for a worker, or for another attempt. */
  waiting: number;
};

/** How many jobs of each kind there are. */
export type JobsDocument = {
  kinds: Array<JobFigures>;
};

export type KeyKind = {
  alg: number;
  type: string;
};

export type KeyName = {
  id: string;
  transports: Array<Transport>;
  type: string;
};

export type KeySelection = {
  requireResidentKey: boolean;
  residentKey: string;
  userVerification: string;
};

export type KeyUser = {
  displayName: string;
  id: string;
  name: string;
};

/** What somebody in chat is. */
export type Kind = "account" | "guest" | "bot";

/** A language by its tag (BCP 47). */
export type Language = string;

/** A broadcast that is over. */
export type LastBroadcast = {
  /** When it ended (RFC 3339, UTC). */
  ended_at: string;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
};

/** Somewhere else to find whoever it is. */
export type Link = {
  /** What it is called. */
  label: string;
  /** Where it leads; pages say `rel="me"` of it. */
  url: string;
};

/** What a link says. */
export type LinkBody = {
  code: string;
};

/** Whose links are shown. */
export type Links = "allow" | "followers" | "listed" | "none";

/** A broadcast as lists show it. */
export type ListedBroadcast = {
  /** When it began (RFC 3339, UTC). */
  started_at: string;
  /** How many are watching. */
  viewers: number;
};

/** A category's names. */
export type ListedCategory = {
  /** Its name on pages. */
  name: string;
  /** Its name in addresses. */
  slug: string;
};

/** A channel as lists show it. */
export type ListedChannel = {
  category: ListedCategory | null;
  /** The language that is spoken (BCP 47). */
  language: string | null;
  live: ListedBroadcast | null;
  /** Whether it is for grown-ups. */
  mature: boolean;
  /** Its name. */
  name: string;
  /** Its name in addresses. */
  slug: string;
  /** What people look for. */
  tags: Array<string>;
  /** Where a picture of it is. */
  thumbnail_url: string;
  /** What is on, or was last; may be empty. */
  title: string;
  /** Where its page is. */
  url: string;
};

/** How bad a line is. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** One line of the log, without secrets. */
export type LogLine = {
  /** When (RFC 3339, UTC). */
  at: string;
  level: LogLevel;
  /** One more than the line before; begins anew with the server. */
  number: number;
  /** Which part of the program wrote it. */
  target: string;
  text: string;
};

/** The newest lines. */
export type LogPage = {
  /** The oldest first. */
  lines: Array<LogLine>;
  /** Ask with `after` of this for what comes later. */
  newest: number;
};

/** One sign-in. */
export type LoginDocument = {
  /** Where it came from, or the network of it */
  address: string;
  created_at: string;
  /** Whether it is the one that asks */
  current: boolean;
  expires_at: string;
  id: string;
  kind: LoginKind;
  /** To five minutes */
  last_used_at: string;
  /** What the browser or program calls itself */
  user_agent: string;
};

/** What signed in. */
export type LoginKind = "browser" | "client";

/** Everywhere that an account is signed in. */
export type LoginsDocument = {
  /** The latest used first */
  logins: Array<LoginDocument>;
};

/** How pages look. */
export type Look = {
  /** Buttons under the player. */
  actions?: Array<ExternalAction>;
  /** Whether the site has an icon of its own. */
  has_icon?: boolean;
  /** JavaScript that pages for viewers load. */
  script?: string;
  /** Variables of the theme, by Owncast's names. */
  variables?: Array<Variable>;
};

/** Another mail address. */
export type MailBody = {
  /** Empty for none */
  email: string;
  password: string;
};

/** A text in Markdown. */
export type MarkdownBody = {
  text: string;
};

/** The same as HTML. */
export type MarkdownShown = {
  /** Safe to be put into a page. */
  html: SafeHtml;
};

/** A broadcast that has markers. */
export type MarkedBroadcast = {
  broadcast_id: string;
  /** How many */
  markers: number;
};

/** Which of a channel's broadcasts have markers. */
export type MarkedDocument = {
  /** The newest first, at most 1,000 */
  broadcasts: Array<MarkedBroadcast>;
};

/** A moment of a broadcast that somebody marked. */
export type MarkerDocument = {
  /** When (RFC 3339, UTC) */
  at: string;
  /** Who set it, by the name of then */
  by: string;
  /** How long the broadcast had been on by the clock on the wall, in milliseconds */
  elapsed_ms: number;
  /** Its id; a later one sorts after it */
  id: string;
  /** Where it is in the broadcast's pictures and sound, in milliseconds: pauses in which the encoder was gone take no time there */
  position_ms: number;
  /** What it says; may be empty */
  text: string;
};

/** What a marker says from now on. */
export type MarkerPatch = {
  /** One line; may be empty */
  text: string;
};

/** The markers of a broadcast, in their order. */
export type MarkersDocument = {
  broadcast_id: string;
  /** At most 200 */
  markers: Array<MarkerDocument>;
  /** When the broadcast began (RFC 3339, UTC) */
  started_at: string;
};

/** What a broadcast sends. */
export type MediaInfo = {
  audio: AudioInfo | null;
  /** Measured over the window, in bits per second. */
  bitrate_bps: number;
  /** Longest part, in milliseconds. */
  part_target_ms: number;
  /** What the master playlist lists, best first. */
  renditions: Array<RenditionInfo>;
  /** `EXT-X-TARGETDURATION`, in milliseconds. */
  target_duration_ms: number;
  video: VideoInfo | null;
};

/** Somebody with a role in a channel. */
export type MemberDocument = {
  /** The account's id. */
  account_id: string;
  /** Since when (RFC 3339, UTC). */
  added_at: string;
  /** Who said so. */
  added_by: string;
  role: ChannelRole;
  /** The account's name. */
  username: string;
};

/** A role in a channel. */
export type MemberRole = {
  role: ChannelRole;
};

/** What `/` shows. */
export type Mode = "single" | "multi";

/** A new token. */
export type NewApiTokenDocument = ApiTokenDocument & {
  /** Shown here and nowhere again */
  secret: string;
};

/** A new invitation. */
export type NewInvitationDocument = InvitationDocument & {
  /** Shown here and nowhere again */
  code: string;
};

/** What a marker says. */
export type NewMarker = {
  /** One line; may be absent */
  text?: string;
};

/** A program with the token that it shows. */
export type NewProgramDocument = ProgramDocument & {
  /** To be sent as `Authorization: Bearer …`. */
  token: string;
};

/** A webhook with its secret. */
export type NewWebhookDocument = WebhookDocument & {
  /** What deliveries are signed with, shown here once. */
  secret: string;
};

export type NoteBody = {
  /** At most 1,000 characters. */
  text: string;
};

/** A note about somebody. */
export type NoteDocument = {
  /** When (RFC 3339, UTC). */
  at: string;
  by: string;
  id: string;
  text: string;
};

/** What becomes of an occurrence. */
export type OccurrenceState = "planned" | "moved" | "cancelled";

/** A page of occurrences, in the order of their beginnings. */
export type OccurrencesDocument = {
  /** For `cursor`, where there are more */
  next: string | null;
  occurrences: Array<Coming>;
};

/** When a room is open. */
export type Open = "while_live" | "always";

/** An account, as its owner sees it. */
export type OwnAccount = {
  /** Where their picture is, if they have one */
  avatar_url: string | null;
  bio: string;
  /** A hue, 0 to 359 */
  colour: number;
  created_at: string;
  display_name: string;
  email?: string | null;
  email_confirmed: boolean;
  id: string;
  role: SiteRole;
  /** Whether signing in takes a code of an authenticator */
  two_factor: boolean;
  username: string;
};

/** What somebody asked those who keep order, and what became of it. */
export type OwnCase = {
  /** What moderators say. */
  answer: string;
  /** When it was asked (RFC 3339, UTC). */
  at: string;
  /** When it was decided (RFC 3339, UTC). */
  decided_at: string | null;
  /** Whether whoever asked is right. */
  granted: boolean;
  kind: CaseKind;
  /** The message or the action. */
  subject_id: string;
  text: string;
};

/** A channel as those who work on it see it. */
export type OwnChannel = {
  /** Whether it was taken out of lists. */
  hidden: boolean;
  id: string;
  is_primary: boolean;
  /** Since when nobody may publish (RFC 3339, UTC). */
  locked_at: string | null;
  /** Who said so. */
  locked_by: string | null;
  name: string;
  /** What the caller is in it. */
  role: ChannelRole;
  slug: string;
};

export type OwncastRegisterBody = {
  /** What to be called; made up when absent. */
  displayName?: string | null;
};

/** What a token may be used for. */
export type OwncastScope = "CAN_SEND_SYSTEM_MESSAGES" | "CAN_SEND_MESSAGES" | "HAS_ADMIN_ACCESS";

/** One page of a list. */
export type Page_ParkedJob = {
  items: Array<{
    /** How often it was tried. */
    attempts: number;
    created_at: string;
    id: string;
    kind: string;
    parked_at: string;
    /** What the last attempt failed of. */
    reason: string;
  }>;
  /** The cursor of the next page; absent on the last one. */
  next?: string | null;
};

/** A part of a channel's description. */
export type PanelDocument = {
  /** Its id; absent for a new one. */
  id?: string | null;
  /** Where the heading leads. */
  link?: string | null;
  /** Its text, in Markdown; may be empty. */
  markdown?: string;
  /** Its heading; may be empty. */
  title?: string;
};

/** A part of a channel's description. */
export type PanelView = {
  /** Its text. */
  html: SafeHtml;
  /** Where the heading leads. */
  link: string | null;
  /** Its heading; may be empty. */
  title: string;
};

/** A job that was given up. */
export type ParkedJob = {
  /** How often it was tried. */
  attempts: number;
  created_at: string;
  id: string;
  kind: string;
  parked_at: string;
  /** What the last attempt failed of. */
  reason: string;
};

/** A passkey to be kept. */
export type PasskeyBody = {
  credential: CreatedCredential;
  /** What its owner calls it */
  name: string;
};

/** What a browser needs to make a passkey. */
export type PasskeyCreation = {
  /** For `PublicKeyCredential.parseCreationOptionsFromJSON` */
  public_key: CreationOptions;
};

/** A passkey. */
export type PasskeyDocument = {
  created_at: string;
  id: string;
  last_used_at: string | null;
  /** What its owner calls it */
  name: string;
  /** Whether its maker keeps a copy, so that it is not lost with the device */
  synced: boolean;
};

/** Another name for a passkey. */
export type PasskeyName = {
  name: string;
};

/** What a browser needs to show a passkey. */
export type PasskeyRequest = {
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON` */
  public_key: RequestOptions;
};

/** A passkey to sign in with. */
export type PasskeySignInBody = {
  credential: ShownCredential;
};

/** The passkeys of an account. */
export type PasskeysDocument = {
  /** The oldest first */
  passkeys: Array<PasskeyDocument>;
};

/** The password once more, before something that a browser left open must not do. */
export type PasswordBody = {
  password: string;
};

/** A broadcast that is over. */
export type PastBroadcast = {
  duration_ms: number;
  /** RFC 3339, UTC */
  ended_at: string;
  id: string;
  /** The most who watched at one time */
  peak_viewers: number;
  /** RFC 3339, UTC */
  started_at: string;
  /** The planned stream that it was */
  stream: string | null;
  /** What was on, where that is known */
  title: string | null;
};

/** What a route, or a part of what it does, asks for. */
export type Permission = "anyone" | "own_account_read" | "own_account_write" | "own_credentials" | "create_channel" | "read_channel" | "edit_channel" | "configure_channel" | "channel_keys" | "channel_members" | "own_channel" | "stream_health" | "end_stream" | "mark_stream" | "moderate_chat" | "manage_accounts" | "manage_roles" | "manage_channels" | "manage_categories" | "site_settings" | "read_audit" | "operate";

/** What everybody may know of somebody. */
export type PersonDocument = {
  /** Where their picture is, if they have one */
  avatar_url: string | null;
  bio: string;
  /** A hue, 0 to 359 */
  colour: number;
  created_at: string;
  display_name: string;
  links: Array<ProfileLink>;
  role: SiteRole;
  username: string;
};

/** A stream to plan. */
export type PlanBody = {
  category_id?: string | null;
  description?: string;
  duration_minutes: number;
  /** How it repeats (RFC 5545 §3.3.10): `FREQ` with `DAILY`, `WEEKLY` or `MONTHLY`, `INTERVAL`, `BYDAY`, `BYMONTHDAY`, `COUNT`, `UNTIL`; without it once */
  rrule?: string | null;
  /** What the clocks of its place show when it begins for the first time, without an offset */
  starts_at: string;
  /** A zone of the IANA database */
  time_zone: string;
  title: string;
};

/** What to change of a planned stream; what is not named stays. */
export type PlanPatch = {
  /** `null` takes it away */
  category_id?: string | null;
  description?: string | null;
  duration_minutes?: number | null;
  /** `null` makes it happen once */
  rrule?: string | null;
  starts_at?: string | null;
  state?: StreamState | null;
  time_zone?: string | null;
  title?: string | null;
};

/** What a player reports every ten seconds. The counters count since its report before. */
export type PlaybackReport = {
  /** What the player's network carries, by its own estimate. */
  bandwidth_bps?: number | null;
  /** How much is buffered ahead of the picture. */
  buffer_ms?: number | null;
  /** Pictures that were decoded. */
  decoded_frames?: number;
  /** Pictures that were decoded too late to be shown. */
  dropped_frames?: number;
  /** Errors that the viewer could notice. */
  errors?: number;
  /** How far the picture is behind what the encoder sends; `null` when it is not known. */
  latency_ms?: number | null;
  /** The number of the rendition that is shown; `null` when it is not known. */
  rendition?: number | null;
  /** A random name that the page makes up when it is loaded: 1 to 64 letters, digits, `-`, `_`. */
  session: string;
  /** For how long it did. */
  stall_ms?: number;
  /** How often the picture stood still for want of data. */
  stalls?: number;
  /** Changes from one rendition to another. */
  switches?: number;
  /** Whether the page can be seen: hidden ones are slowed down by their browser. */
  visible?: boolean;
};

/** The rules for new accounts. */
export type Policy = {
  /** Domains whose addresses are taken, `example.org` and what is below it; none means every one. */
  mail_domains: Array<string>;
  /** Whether a new account needs a mail address. */
  mail_required: boolean;
  /** Who may make one. */
  registration: Registration;
};

/** How people come in. */
export type PolicyDocument = {
  /** Domains whose addresses are taken, and what is below them; none means every one */
  mail_domains: Array<string>;
  /** Whether a new account needs a mail address */
  mail_required: boolean;
  /** Whether people can have passkeys here */
  passkeys: boolean;
  /** Who may make an account */
  registration: Registration;
};

export type PollBody = {
  /** 2 to 10 answers of at most 80 characters. */
  choices: Array<string>;
  /** What is asked, at most 200 characters. */
  question: string;
  /** How long answers count: 1 to 86400. */
  seconds: number;
};

/** Rules to try. */
export type PreviewBody = {
  /** Settings that would change, as in a change of the rules. */
  settings?: Record<string, unknown>;
  /** Further terms, at most 100. */
  terms?: Array<TermBody>;
};

/** What rules would have made of the newest messages. */
export type PreviewDocument = {
  /** The newest of those, at most 50. */
  examples: Array<Example>;
  held: number;
  /** How many messages were looked at: 1,000 at most. */
  looked_at: number;
  refused: number;
};

/** A problem document (RFC 9457 §3). */
export type Problem = {
  /** The stable name of the problem. */
  code: Code;
  /** What to do about it, where there is more to say. */
  detail?: string | null;
  /** The HTTP status. */
  status: number;
  /** What happened, in words. */
  title: string;
  /** Always `about:blank`: `code` says which problem it is. */
  type: string;
};

/** What a channel says of itself. */
export type Profile = {
  accent: Accent | null;
  /** The category's name in addresses. */
  category: string | null;
  /** About the channel in a few words; may be empty. */
  description?: string;
  language: Language | null;
  /** Where else to find the streamer; at most ten. */
  links?: Array<Link>;
  /** Whether it is for grown-ups. */
  mature?: boolean;
  /** Its name on pages. */
  name?: string;
  /** Whether everybody may see who follows it; those who do not want to be seen are not. */
  shows_followers?: boolean;
  /** What people look for; at most ten. */
  tags?: Array<Tag>;
  /** What is on now; may be empty. */
  title?: string;
};

/** A place elsewhere that is somebody's. */
export type ProfileLink = {
  label: string;
  url: string;
};

/** A program to let in. */
export type ProgramBody = {
  name: string;
  scopes: Array<OwncastScope>;
};

/** A program that was made for Owncast, without its token. */
export type ProgramDocument = {
  created_at: string;
  id: string;
  /** When it showed its token last. */
  last_used_at: string | null;
  /** Its name, in chat as well. */
  name: string;
  scopes: Array<OwncastScope>;
};

/** What waits for moderators. */
export type Queue = {
  /** Reports and appeals, the oldest first, at most 100. */
  cases: Array<CaseDocument>;
  /** Messages, the oldest first, at most 100. */
  held: Array<HeldMessage>;
};

/** Why something was not done. */
export type Reason = "chat_disabled" | "room_closed" | "banned" | "timed_out" | "signed_in_only" | "followers_only" | "established_only" | "emote_only" | "quiet" | "slow_mode" | "flood" | "empty" | "too_long" | "link_refused" | "too_many_emotes" | "too_many_capitals" | "repetition" | "term_refused" | "unreadable" | "name_invalid" | "name_taken" | "not_found" | "not_yours" | "too_late" | "read_only" | "bad_message" | "invalid" | "full" | "busy" | "internal";

/** Codes that sign in without the authenticator. */
export type RecoveryDocument = {
  /** Each once; shown here and nowhere again */
  recovery_codes: Array<string>;
};

/** A refresh token. */
export type RefreshBody = {
  refresh_token: string;
};

/** Who wants an account. */
export type RegisterBody = {
  email?: string | null;
  /** What a guest shows who wants to keep name, colour and history */
  guest?: string | null;
  /** The code of an invitation */
  invitation?: string | null;
  password: string;
  /** Why, for those who approve new accounts */
  reason?: string;
  username: string;
};

/** Somebody new in chat. */
export type Registered = {
  /** What the socket is opened with. */
  accessToken: string;
  displayName: string;
  id: string;
};

/** A new account. */
export type RegisteredDocument = {
  account: OwnAccount;
  /** `pending` until somebody who runs the site has approved it */
  state: AccountState;
};

/** Who may make an account. */
export type Registration = "closed" | "invitation" | "approval" | "open";

export type RelyingParty = {
  id: string;
  name: string;
};

/** Something the owner should know. */
export type RemarkDocument = {
  code: string;
  text: string;
};

/** Who took a message away. */
export type Remover = "author" | "moderator";

/** One quality of a broadcast. */
export type RenditionInfo = {
  /** `BANDWIDTH`, in bits per second. */
  bandwidth_bps: number;
  /** RFC 6381 form, separated by commas. */
  codecs: string;
  /** Frames per second; `null` where it varies, and without pictures. */
  frame_rate: number | null;
  /** In pixels; `null` without pictures. */
  height: number | null;
  /** What it is made of. */
  kind: RenditionKind;
  /** What people call it. */
  name: string;
  /** Its number in addresses: `/hls/<number>/stream.m3u8`. */
  number: number;
  /** Whether it can be played now. */
  state: RenditionState;
  /** In pixels; `null` without pictures. */
  width: number | null;
};

/** What a rendition is made of. */
export type RenditionKind = "source" | "encoded" | "audio";

/** How many play a rendition. */
export type RenditionPlayers = {
  /** How many. */
  players: number;
  /** Its number. */
  rendition: number;
};

/** Whether a rendition can be played. */
export type RenditionState = "live" | "starting" | "away";

export type RequestOptions = {
  challenge: string;
  rpId: string;
  /** In milliseconds */
  timeout: number;
  userVerification: string;
};

/** Whose password is forgotten. */
export type ResetBody = {
  /** The account's name, or its confirmed mail address */
  name: string;
};

/** A stream key with its secret. */
export type RevealedKey = {
  id: string;
  /** What goes into the encoder. Whoever has it can publish. */
  key: string;
};

export type Review = {
  /** Whether it is said. */
  approve: boolean;
};

/** What somebody is on the site. */
export type RoleBody = {
  role: SiteRole;
};

/** An encoded rendition. */
export type RungDocument = {
  cost: number;
  encoder: string;
  /** Pictures per second. */
  frame_rate: number;
  height: number;
  name: string;
  /** Its number among the renditions. */
  number: number;
  /** Whether a child encodes it now. */
  running: boolean;
  video_kbps: number;
  width: number;
};

/** HTML that is safe to be put into a page of ours. */
export type SafeHtml = string;

/** A planned stream as it was planned. */
export type ScheduledStreamDocument = {
  category_id: string | null;
  /** RFC 3339, UTC */
  changed_at: string;
  /** RFC 3339, UTC */
  created_at: string;
  description: string;
  duration_minutes: number;
  /** Occurrences that are cancelled or moved, by the time that the rule gives them */
  exceptions: Record<string, ExceptionBody>;
  id: string;
  /** How it repeats (RFC 5545 §3.3.10) */
  rrule: string | null;
  /** What the clocks of its place show when it begins for the first time */
  starts_at: string;
  state: StreamState;
  /** A zone of the IANA database */
  time_zone: string;
  title: string;
  /** Its page, for good */
  url: string;
};

/** What an API token may be used for, within what its owner may. */
export type Scope = "account:read" | "account:write" | "channel:write" | "channel:keys" | "stream" | "chat" | "moderation" | "site";

/** Some of what was found, the best first. */
export type SearchPage = {
  /** What to ask the next ones with; `null` when there are no more. */
  next: string | null;
  results: Array<Hit>;
};

/** How a channel is sent, from its next broadcast on. */
export type Sending = {
  /** 0 (lowest latency) to 4 (fewest interruptions on poor networks). */
  latency_level?: number;
  /** How long a broadcast waits for its encoder to come back, 0 to 300 seconds. */
  reconnect_grace_seconds?: number;
  /** Which qualities are made, as docs/RENDITIONS.md describes them. */
  renditions?: Record<string, unknown>;
  /** Whether small pictures of whole broadcasts are kept. */
  thumbnail_history?: boolean;
};

/** What the server says on the socket. */
export type ServerMessage = {
  /** RFC 3339, UTC, with milliseconds. */
  server_time: string;
  type: "hello";
} | {
  /** Which channel. */
  channel: string;
  /** What it is doing. */
  status: Status;
  type: "status";
} | {
  /** Which channel. */
  channel: string;
  type: "viewers";
  /** How many. */
  viewers: number;
} | {
  /** What it says. */
  channel: ChannelSummary;
  /** Which one: it stays the same when the channel gets another name. */
  id: string;
  type: "channel";
} | {
  /** Those on air first. */
  channels: Array<DirectoryEntry>;
  type: "directory";
} | {
  /** Which one. */
  id: string;
  type: "gone";
} | {
  /** What it says. */
  site: SiteSummary;
  type: "site";
} | {
  /** Which channel. */
  channel: string;
  /** How it is. */
  health: Health;
  type: "health";
} | {
  /** Which channel. */
  channel: string;
  type: "markers";
} | {
  type: "going_away";
};

/** Who asks, and what they may. */
export type SessionDocument = {
  account?: OwnAccount | null;
  /** What they may on the site, by the token that they show; channels have roles of their own */
  permissions: Array<Permission>;
};

/** A link's code, and the password that somebody chooses with it. */
export type SetUpBody = {
  code: string;
  password: string;
};

/** What the site's admins decide. */
export type Settings = {
  /** The about page, in Markdown. */
  about?: string;
  accent: Accent | null;
  /** The rules for new accounts. */
  accounts?: Policy;
  /** From where on somebody is told. */
  alerts?: AlertRules;
  /** How channels come to be. */
  channels?: ChannelRules;
  /** What holds in every chat. */
  chat?: ChatRules;
  /** What is kept of how the site was. */
  figures?: FigureRules;
  /** Whether nobody is told how many watch, but those who work on the channel. */
  hides_viewers?: boolean;
  language: Language | null;
  /** Where else to find who runs it. */
  links?: Array<Link>;
  /** How pages look. */
  look?: Look;
  /** What `/` shows. */
  mode?: Mode;
  /** What the site is called. */
  name?: string;
  /** Whether search engines may list the pages. */
  searchable?: boolean;
  /** Styles of every page (CSS), which win over the site's own; docs/THEMES.md says what to name. */
  styles?: string;
  /** The site in a sentence, for link previews and lists. */
  summary?: string;
  /** What the site is about. */
  tags?: Array<Tag>;
  /** What new people are told, in Markdown. */
  welcome?: string;
};

/** How bad something is. */
export type Severity = "notice" | "warning" | "bad";

/** A passkey that is shown: what `toJSON()` of the browser's credential gives. Further fields are ignored. */
export type ShownCredential = {
  rawId: string;
  response: ShownResponse;
};

/** Somebody whom everybody may see among those who follow. */
export type ShownFollower = {
  /** Where their picture is, if they have one. */
  avatar_url: string | null;
  /** A hue, 0 to 359. */
  colour: number;
  display_name: string;
  username: string;
};

/** Some of those who follow the channel and may be seen, the newest first. */
export type ShownFollowers = {
  followers: Array<ShownFollower>;
  /** What to ask the next ones with; `null` when there are no more. */
  next: string | null;
  /** How many follow, those included whom nobody is shown. */
  total: number;
};

export type ShownResponse = {
  authenticatorData: string;
  clientDataJSON: string;
  signature: string;
  userHandle?: string | null;
};

/** A name and what proves it. */
export type SignInBody = {
  /** Of the authenticator, or a recovery code; where the account asks for one */
  code?: string | null;
  /** The account's name, or its confirmed mail address */
  name: string;
  password: string;
};

/** A button under the player. */
export type SiteAction = {
  /** What it is for; may be empty. */
  description: string;
  html: SafeHtml | null;
  /** What it says. */
  title: string;
  /** Where it leads, in another window. */
  url: string | null;
};

/** A channel as those see it who run the site. */
export type SiteChannel = {
  /** Since when there is such a channel (RFC 3339, UTC). */
  created_at: string;
  /** Whether it was taken out of lists. */
  hidden: boolean;
  id: string;
  is_primary: boolean;
  /** Since when nobody may publish (RFC 3339, UTC). */
  locked_at: string | null;
  name: string;
  slug: string;
};

/** Channels of the site. */
export type SiteChannels = {
  /** The primary one first, at most 200. */
  channels: Array<SiteChannel>;
  /** Whether there are more. */
  more: boolean;
};

/** The site as everybody sees it. */
export type SiteDocument = {
  /** The about page, as HTML; may be empty. */
  about_html: SafeHtml;
  accent: Accent | null;
  /** Who may make channels, beside admins. */
  channel_creators: Creators;
  language: Language | null;
  /** Where else to find who runs it. */
  links: Array<Link>;
  /** What `/` shows. */
  mode: Mode;
  /** What it is called. */
  name: string;
  /** How people get accounts. */
  registration: Registration;
  /** The site in a sentence; may be empty. */
  summary: string;
  /** What the site is about. */
  tags: Array<Tag>;
  /** What new people are told, as HTML; may be empty. */
  welcome_html: SafeHtml;
};

/** What a person is on the whole site; each may all that those before it may. */
export type SiteRole = "member" | "moderator" | "admin";

/** What pages show of the site. */
export type SiteSummary = {
  accent: Accent | null;
  /** Buttons under the player that the admin gave it. */
  actions: Array<SiteAction>;
  /** Whether nobody is told how many watch: counts are 0 then. */
  hides_viewers: boolean;
  /** What `/` shows. */
  mode: Mode;
  /** What it is called. */
  name: string;
  /** The site in a sentence; may be empty. */
  summary: string;
};

/** How numbers are distributed; milliseconds, or bits per second. `null` where nobody says. */
export type Spread = {
  /** Half are below. */
  median: number | null;
  /** One in twenty is below. */
  p5: number | null;
  /** One in twenty is above. */
  p95: number | null;
};

/** An account, as those who run the site see it. */
export type StaffAccount = OwnAccount & {
  last_seen_at?: string | null;
  state: AccountState;
  /** Why it is suspended; before it is approved, what its owner wrote */
  state_reason: string;
};

/** What a channel is doing. */
export type Status = {
  last_broadcast: LastBroadcast | null;
  state: "offline";
} | {
  /** Which broadcast. */
  broadcast_id: string;
  /** What is sent. */
  media: MediaInfo;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
  state: "live";
  /** How many are watching. */
  viewers: number;
} | {
  /** Which broadcast. */
  broadcast_id: string;
  media: MediaInfo | null;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
  state: "interrupted";
  /** How many are watching. */
  viewers: number;
  /** Until when the encoder is awaited (RFC 3339, UTC). */
  waits_until: string;
};

/** The storyboard of a broadcast: small pictures at even distances. */
export type StoryboardDocument = {
  /** The broadcast. */
  broadcast: string;
  /** How far the pictures are apart, in milliseconds; it doubles as a broadcast grows long. */
  every_ms: number;
  /** The pictures, in order. */
  thumbnails: Array<StoryboardPicture>;
};

/** One picture of a storyboard. */
export type StoryboardPicture = {
  /** When it was on, in milliseconds since the broadcast began. */
  offset_ms: number;
  /** Where it is. */
  url: string;
};

/** What became of it. */
export type StreamEnded = {
  /** Since when nobody may publish (RFC 3339, UTC). */
  locked_at: string | null;
  /** Whether a broadcast was on. */
  was_on: boolean;
};

/** A stream key, without the secret. */
export type StreamKeyDocument = {
  /** When it was made (RFC 3339, UTC). */
  created_at: string;
  /** Whether nobody may publish with it. */
  disabled: boolean;
  id: string;
  /** What it is for. */
  label: string;
  /** When an encoder used it last (RFC 3339, UTC). */
  last_used_at: string | null;
};

/** Whether a stream is to happen. */
export type StreamState = "planned" | "cancelled";

/** How a message is meant. */
export type Style = "normal" | "action" | "announcement" | "system";

/** What it was done to. */
export type SubjectKind = "site" | "channel" | "category" | "account" | "invitation";

/** What somebody may mean who has begun to type. */
export type Suggestion = {
  /** What it is called. */
  text: string;
  /** Where it is. */
  url: string;
};

/** Why an account is closed. */
export type SuspendBody = {
  /** Its owner is told when they sign in */
  reason?: string;
};

/** What people look for, folded: lower case, without a `#`. */
export type Tag = string;

/** A tag, and how many use it. */
export type TagSummary = {
  /** Channels with it. */
  channels: number;
  /** Those of them that are on air. */
  live: number;
  /** The tag. */
  tag: string;
  /** How many watch those. */
  viewers: number;
};

/** What becomes of a message with a term in it. */
export type TermAction = "hold" | "block";

/** A word that may not be said. Case, look-alikes and signs between letters make no difference. */
export type TermBody = {
  /** What becomes of the message. */
  action?: TermAction;
  /** How it is looked for. */
  kind?: TermKind;
  /** Two letters or digits at least, 60 characters at most. */
  pattern: string;
};

/** A word that may not be said. */
export type TermDocument = {
  action: TermAction;
  /** Since when (RFC 3339, UTC). */
  at: string;
  by: string;
  id: string;
  /** Whether it holds on the whole site. */
  is_of_site: boolean;
  kind: TermKind;
  pattern: string;
};

/** How a term is looked for. */
export type TermKind = "word" | "substring" | "wildcard";

/** The test picture is on air. */
export type TestPictureShown = {
  /** Until when (RFC 3339, UTC), unless it is ended or an encoder comes. */
  until: string;
};

/** What a program shows from now on. */
export type TokensDocument = {
  /** To be sent as `Authorization: Bearer …` */
  access_token: string;
  /** Seconds for which it is good */
  expires_in: number;
  /** Seconds for which it is good when nobody uses it */
  refresh_expires_in: number;
  /** To be exchanged for new tokens, once */
  refresh_token: string;
};

/** What the transcoder can do, and what it is doing. */
export type TranscodingDocument = {
  /** Broadcasts, oldest first. */
  broadcasts: Array<BroadcastDocument>;
  /** Thousands of pixels per second that this machine encodes with libx264 at effort 2; absent until something is to be encoded */
  capacity?: number | null;
  encoders: Array<EncoderDocument>;
  /** Whether every encoder has been tried; until then `encoders` is not complete. */
  encoders_known: boolean;
  /** Whether an ffmpeg was found. */
  ffmpeg: boolean;
  /** How many of them are given to broadcasts. */
  used: number;
};

/** How a browser reaches what holds a passkey. */
export type Transport = "ble" | "hybrid" | "internal" | "nfc" | "smart-card" | "usb";

/** A variable of the theme. */
export type Variable = {
  /** Without the two dashes. */
  name: string;
  value: string;
};

/** The pictures of a broadcast. */
export type VideoInfo = {
  /** RFC 6381 form. */
  codec: string;
  /** Frames per second; `null` where it varies. */
  frame_rate: number | null;
  /** In pixels. */
  height: number;
  /** In pixels. */
  width: number;
};

/** Whether a channel is out of lists. */
export type Visibility = {
  hidden: boolean;
};

/** What is watched. */
export type Watched = "cpu" | "memory" | "disk" | "encoder_lag" | "transcoder_lag" | "failing_jobs";

/** A webhook to be made. */
export type WebhookBody = {
  /** What it is told of; at least one. */
  events: Array<EventKind>;
  /** What deliveries are signed with, 8 to 256 bytes; a random one when absent. */
  secret?: string | null;
  /** Where to send to. */
  url: string;
};

/** Where news is sent. */
export type WebhookDocument = {
  created_at: string;
  /** What it is told of. */
  events: Array<EventKind>;
  /** When something was sent last. */
  last_used_at: string | null;
  number: number;
  url: string;
};
