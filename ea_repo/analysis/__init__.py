"""Questions of the dependency graph, one a module, and the graph they are asked of."""
