//! Who this node is: keys, proof of work, keystore.
