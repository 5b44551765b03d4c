//! A simulated district: a website and bridges with a virtual clock and scripted faults, and the answer key.
