"""What readers choose and look at by commands and buttons: the menu, the library, settings, forgetting."""
