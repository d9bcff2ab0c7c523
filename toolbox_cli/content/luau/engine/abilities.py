"""Roblox's script capabilities: what a sandboxed script must be given for what it uses."""

from typing import Final

BY_SERVICE: Final = {
    "AnalyticsService": "Logging", "AnimationClipProvider": "Animation", "AssetService": "AssetRead",
    "AvatarEditorService": "PlatformAvatarEditing", "BadgeService": "Players", "CaptureService": "Capture",
    "Chat": "Chat", "ContextActionService": "Input", "DataStoreService": "DataStore", "GamepadService": "Input",
    "GroupService": "Groups", "GuiService": "UI", "HapticService": "Input", "InsertService": "LoadOwnedAsset",
    "Lighting": "Environment", "LogService": "Logging", "MarketplaceService": "Monetization",
    "MaterialService": "Material", "MemoryStoreService": "DataStore", "MessagingService": "ServerCommunication",
    "PhysicsService": "Physics", "Players": "Players", "SocialService": "Social", "SoundService": "Audio",
    "StarterGui": "UI", "Teams": "Players", "TeleportService": "Teleport", "TextChatService": "Chat",
    "TextService": "Chat", "UserInputService": "Input", "VoiceChatService": "Chat",
}  # fmt: skip

BY_CLASS: Final = {
    "Animation": "Animation", "AnimationTrack": "Animation", "Animator": "Animation",
    "AnimationController": "Animation",
    "Sound": "Audio", "SoundGroup": "Audio", "AudioPlayer": "Audio", "RemoteEvent": "RemoteEvent",
    "RemoteFunction": "RemoteEvent", "UnreliableRemoteEvent": "RemoteEvent", "BindableEvent": "Basic",
    "Sky": "Environment", "Atmosphere": "Environment", "BloomEffect": "Environment", "Clouds": "Environment",
    "AlignPosition": "Physics", "AlignOrientation": "Physics", "LinearVelocity": "Physics", "VectorForce": "Physics",
    "WeldConstraint": "Physics", "HingeConstraint": "Physics", "UnionOperation": "CSG", "Humanoid": "AvatarBehavior",
    "Shirt": "AvatarAppearance", "Pants": "AvatarAppearance", "Accessory": "AvatarAppearance",
}  # fmt: skip

INTERFACE: Final = frozenset(
    ("Gui", "Label", "Button", "Frame", "Box", "Layout", "Corner", "Stroke", "Padding", "Constraint")
)
"""What names of classes for interfaces end in."""

BY_METHOD: Final = {
    "Kick": "Consequences", "BanAsync": "Consequences", "Clone": "CreateInstances", "GetAsync": "", "LoadAnimation":
    "Animation", "TakeDamage": "AvatarBehavior", "MoveTo": "AvatarBehavior", "PivotTo": "Physics", "Raycast": "Physics",
    "FireServer": "RemoteEvent", "FireClient": "RemoteEvent", "FireAllClients": "RemoteEvent", "InvokeServer":
    "RemoteEvent", "InvokeClient": "RemoteEvent", "SubtractAsync": "CSG", "UnionAsync": "CSG", "IsInGroup": "Groups",
    "GetRankInGroup": "Groups", "GetFriendsOnline": "Social", "PromptPurchase": "PromptExternalPurchase",
    "PromptBulkPurchase": "PromptExternalPurchase", "LoadAssetAsync": "LoadUnownedAsset",
}  # fmt: skip

FREE_METHODS: Final = frozenset(("JSONEncode", "JSONDecode", "GenerateGUID", "UrlEncode"))
"""Methods of HttpService that need none."""
