//! Channels, signals, personas and the committee.

use super::conditions::bad_window;
use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::people::{Committee, Persona, Role};
use crate::policy::signal::Signal;
use crate::policy::text::{nearest, surely};
use crate::policy::{ChannelId, PersonaId, RoleId};
use crate::source::Span;
use crate::syntax::tree::{self, Name};

declare_rule! {
    /// A channel that nothing declares.
    pub UNKNOWN_CHANNEL = "RB0403" "unknown-channel" Error "a channel that nothing declares"
}

declare_rule! {
    /// A persona that nothing declares.
    pub UNKNOWN_PERSONA = "RB0702" "unknown-persona" Error "a persona that nothing declares"
}

declare_rule! {
    /// A committee role whose parts contradict each other.
    pub BAD_ROLE = "RB0703" "bad-role" Error "a committee role whose parts contradict each other"
}

declare_rule! {
    /// A field or role of a call script or record that does not exist.
    pub UNKNOWN_ROLE = "RB0704" "unknown-role" Error "a role that the committee does not have"
}

/// The most roles a committee may have: one bit each.
const MOST_ROLES: usize = 64;

impl Checker<'_> {
    /// All signals, in order.
    pub(crate) fn resolve_signals(&mut self) -> Vec<Signal> {
        let decls: Vec<&tree::SignalDecl> = self.names.signals.iter().collect();
        decls.into_iter().map(|d| self.signal_decl(d)).collect()
    }

    fn signal_decl(&mut self, decl: &tree::SignalDecl) -> Signal {
        let channels = decl.from.iter().filter_map(|c| self.channel(c)).collect();
        let context = Context { attributes_only: true, ..Context::new("`where`", Layer::Fields) };
        let condition = decl.condition.as_ref().and_then(|c| self.resolve_condition(c, context));
        let events = match decl.events.is_empty() {
            true => vec![decl.name.node.clone()],
            false => decl.events.iter().map(|e| e.node.clone()).collect(),
        };
        Signal { name: decl.name.node.clone(), tier: decl.tier.node, channels, events, condition, span: decl.name.span }
    }

    /// A channel by name.
    pub(crate) fn channel(&mut self, name: &Name) -> Option<ChannelId> {
        let found = self.names.channels.find(&name.node);
        if found.is_none() && !self.poison.hides(&["channels"]) {
            let near = nearest(&name.node, self.names.channels.names()).map(str::to_string);
            self.report(unknown(&UNKNOWN_CHANNEL, "channel", name, near, "declare it in `channels`"));
        }
        found.map(|i| ChannelId(i as u16))
    }

    /// All personas, in order.
    pub(crate) fn resolve_personas(&mut self) -> Vec<Persona> {
        let persona = |d: &tree::PersonaDecl| Persona {
            name: d.name.node.clone(),
            title: d.title.node.clone(),
            titles: d.titles.iter().map(|t| t.node.clone()).collect(),
            cares_about: d.cares_about.iter().map(|t| t.node.clone()).collect(),
            span: d.name.span,
        };
        self.names.personas.iter().map(persona).collect()
    }

    /// The committee.
    pub(crate) fn resolve_committee(&mut self) -> Committee {
        let days: Vec<tree::Count> = self.names.engaged_within.iter().map(|c| (*c).clone()).collect();
        for count in &days {
            if count.node == 0 || count.node > super::conditions::LONGEST_WINDOW {
                self.report(bad_window(count.node, count.span));
            }
        }
        let decls: Vec<&tree::RoleDecl> = self.names.roles.iter().collect();
        if let Some(extra) = decls.get(MOST_ROLES) {
            self.report(bad_role(
                extra.name.span,
                "the committee has too many roles".to_string(),
                &format!("at most {MOST_ROLES} fit"),
                "leave out roles nobody looks at",
            ));
        }
        let roles = decls.into_iter().take(MOST_ROLES).map(|d| self.role_decl(d)).collect();
        Committee { engaged_within_days: days.last().map(|c| c.node), roles }
    }

    fn role_decl(&mut self, decl: &tree::RoleDecl) -> Role {
        let from = decl.from.iter().filter_map(|p| self.persona(p)).collect();
        if let (Some(optional), Some(when)) = (decl.optional, &decl.when) {
            let message = format!("`{}` is optional, and needed under a condition", decl.name.node);
            let one = bad_role(optional, message, "never needed", "leave `optional` out, or the `when`");
            self.report(one.with_label(when.span, "needed here"));
        }
        let context = Context::new("a committee role", Layer::Signals);
        Role {
            name: decl.name.node.clone(),
            optional: decl.optional.is_some(),
            from,
            when: decl.when.as_ref().and_then(|c| self.resolve_condition(c, context)),
            expected_when: decl.expected_when.as_ref().and_then(|c| self.resolve_condition(c, context)),
            span: decl.name.span,
        }
    }

    fn persona(&mut self, name: &Name) -> Option<PersonaId> {
        let found = self.names.personas.find(&name.node);
        if found.is_none() && !self.poison.hides(&["personas"]) {
            let near = nearest(&name.node, self.names.personas.names()).map(str::to_string);
            let meant = surely(&name.node, self.names.personas.names());
            self.report(
                unknown(&UNKNOWN_PERSONA, "persona", name, near, "declare it in `personas`")
                    .with_name(name.span, meant),
            );
        }
        found.map(|i| PersonaId(i as u16))
    }

    /// A committee role by name.
    pub(crate) fn role(&mut self, name: &Name) -> Option<RoleId> {
        let found = self.names.roles.find(&name.node);
        if found.is_none() && !self.poison.hides(&["committee"]) {
            let near = nearest(&name.node, self.names.roles.names()).map(str::to_string);
            let meant = surely(&name.node, self.names.roles.names());
            self.report(
                unknown(&UNKNOWN_ROLE, "role", name, near, "declare it in `committee`").with_name(name.span, meant),
            );
        }
        found.map(|i| RoleId(i as u16))
    }
}

/// A name of its own namespace that nothing declares.
pub(crate) fn unknown(
    rule: &'static crate::diagnostic::Rule,
    what: &str,
    name: &Name,
    near: Option<String>,
    otherwise: &str,
) -> Diagnostic {
    let help = near.map_or(otherwise.to_string(), |n| format!("did you mean `{n}`?"));
    Diagnostic::new(rule, format!("there is no {what} `{}`", name.node), name.span, "not declared").with_help(help)
}

fn bad_role(span: Span, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&BAD_ROLE, message, span, label).with_help(help)
}
