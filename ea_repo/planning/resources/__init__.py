"""Information resources: servers, storage, networks, software, licences, data centres; their life, use, cost and review."""
