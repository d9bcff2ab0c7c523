"""Services, how a script reaches them, and what of the tree below them is the game itself."""

from typing import Final

SERVICES: Final = frozenset(
    """
    AdService AnalyticsService AnimationClipProvider AssetService AvatarCreationService AvatarEditorService
    BadgeService CaptureService ChangeHistoryService Chat CollectionService ContentProvider ContextActionService
    ControllerService CoreGui DataStoreService Debris DraggerService EncodingService ExperienceInviteOptions
    ExperienceNotificationService FriendService GamePassService GamepadService GenerationService GroupService
    GuiService HapticService HttpRbxApiService HttpService InsertService JointsService KeyframeSequenceProvider
    Lighting LocalizationService LogService LoginService MarketplaceService MaterialService MemoryStoreService
    MessagingService NetworkClient NetworkServer NotificationService OpenCloudService PathfindingService
    PermissionsService PhysicsService Players PluginGuiService PolicyService ProximityPromptService ReplicatedFirst
    ReplicatedStorage RunService ScriptContext ScriptEditorService ScriptProfilerService Selection ServerScriptService
    ServerStorage SocialService SoundService StarterGui StarterPack StarterPlayer Stats StudioService Teams
    TeleportService TestService TextChatService TextService TouchInputService TweenService UGCValidationService
    UserGameSettings UserInputService VRService VideoCaptureService VirtualInputManager VirtualUser VoiceChatService
    Workspace
    """.split()
)

BY_PROPERTY: Final = {"Workspace": "Workspace", "workspace": "Workspace", "lighting": "Lighting"}

GAME_PARTS: Final = frozenset(
    """
    Chat Lighting Players ReplicatedFirst ReplicatedStorage ServerScriptService ServerStorage SoundService StarterGui
    StarterPack StarterPlayer Teams Workspace
    """.split()
)
"""Services that hold what a game is made of."""

CHEATS: Final = frozenset(("VirtualInputManager", "VirtualUser"))
"""Services that move the player's mouse, which no game's script may use."""


def is_service(name: str) -> bool:
    return name in SERVICES or (name.endswith("Service") and name[:1].isupper())
