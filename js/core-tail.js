  Module._malloc = _malloc;  // the larger runtime exports it, and a test asks for it
  return Module;
}
