"""One house per special duty (专项职责). A duty never imports another duty."""
