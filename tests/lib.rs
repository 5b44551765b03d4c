//! What the stories share. The stories themselves stand in `stories/`.
