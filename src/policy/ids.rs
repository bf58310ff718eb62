//! Typed indices into the lists of a [`Policy`](super::Policy).

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u16);

        impl $name {
            /// The index as a `usize`.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A field of the lead, built-in ones included.
    FieldId,
    /// An attribute of behaviour rows.
    AttributeId,
    /// A channel.
    ChannelId,
    /// A signal.
    SignalId,
    /// A persona.
    PersonaId,
    /// A committee role.
    RoleId,
    /// A definition.
    DefineId,
    /// A checklist.
    ChecklistId,
    /// A stage, in order.
    StageId,
    /// An outcome.
    OutcomeId,
}
