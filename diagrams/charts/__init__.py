"""What a chart can show, one figure a module: each says what stands where, and gives it positions."""
