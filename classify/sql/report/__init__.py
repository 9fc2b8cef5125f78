"""What a walk came to, spelled out when someone asks, and the second opinion on it."""
