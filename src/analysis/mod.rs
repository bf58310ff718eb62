//! Questions about all possible leads: exact answers, from a solver over the lowered policy.
//!
//! [`space`], [`behaviour`] and [`people`] are all the leads there can be, [`of_lead`] one lead of a file with its completions, [`moves`] one lead with
//! all that can still change; [`encode`] is what a policy says of them; [`lead`] takes one out that the engine can decide. A lead that is found is
//! always put through the engine before it is shown, so a mistake here can only keep an answer back, never make up a lead. A proof rests on the
//! solver and on the encoding, which the tests hold against the engine.

pub mod answers;
pub mod as_test;
pub mod behaviour;
pub mod completions;
pub mod drawn;
pub mod encode;
pub mod fewest;
pub mod findings;
pub mod gates;
pub mod guarantee;
pub mod instants;
pub mod kinds;
pub mod lead;
pub mod moves;
pub mod of_lead;
pub mod pair;
pub mod people;
pub mod possible;
pub mod reach;
pub mod scores;
pub mod shared;
pub mod simplify;
pub mod simulate;
pub mod solver;
pub mod space;
pub mod sums;
pub mod words;

pub use completions::Completions;
pub use encode::Encoding;
pub use lead::Lead;
pub use possible::Possible;
pub use reach::Reaching;
