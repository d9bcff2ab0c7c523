"""What Roblox's engine has, as far as a scan needs it: names, services, capabilities.

Source: Roblox creator documentation, script capabilities and engine reference (CC-BY-4.0).
"""
