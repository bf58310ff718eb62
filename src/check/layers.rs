//! The order of evaluation: what a condition may mention where it stands, and definitions that depend on themselves.

use super::names::Subject;
use super::values::word;
use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::source::Span;
use crate::syntax::tree::{Cond, CondKind, Name, Signals, Subject as Compared, Value};

declare_rule! {
    /// A condition that mentions what is evaluated after it.
    pub USED_TOO_EARLY = "RB0801" "used-too-early" Error "a condition that looks at something evaluated only later"
}

declare_rule! {
    /// A definition that depends on itself.
    pub DEFINITION_CYCLE = "RB0205" "definition-cycle" Error "a definition that depends on itself"
}

/// What people call the things of a layer.
pub fn layer_word(layer: Layer) -> &'static str {
    match layer {
        Layer::Fields => "fields",
        Layer::Signals => "signals",
        Layer::Roles => "roles",
        Layer::Committee => "the committee",
        Layer::Scores => "the profile and the scores",
        Layer::Checklists => "checklists",
        Layer::Stages => "stages",
        Layer::Route => "the route",
        Layer::Outcome => "outcomes",
        Layer::After => "what follows a decision",
    }
}

/// What a condition mentions itself, in order: how it is called, where, and of which layer it is where no name tells.
fn mentions(cond: &Cond) -> Vec<(Option<&Name>, Span, Layer)> {
    let mut found = Vec::new();
    let mut open = vec![cond];
    while let Some(cond) = open.pop() {
        match &cond.kind {
            CondKind::Or(parts) | CondKind::And(parts) => open.extend(parts.iter().rev()),
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
            kind => found.push(mentioned(kind, cond.span)),
        }
    }
    found
}

fn mentioned(kind: &CondKind, span: Span) -> (Option<&Name>, Span, Layer) {
    let of = |n| (Some(n), span, Layer::Fields);
    match kind {
        CondKind::Holds(n)
        | CondKind::Has { subject: n, .. }
        | CondKind::Empty { subject: n, .. }
        | CondKind::Text { subject: n, .. }
        | CondKind::WithinDays { subject: n, .. }
        | CondKind::Before { subject: n, .. }
        | CondKind::After { subject: n, .. }
        | CondKind::Known { subject: n, .. }
        | CondKind::Compare { subject: Compared::Name(n), .. }
        | CondKind::In { subject: Compared::Name(n), .. }
        | CondKind::Between { subject: Compared::Name(n), .. } => of(n),
        CondKind::Happened { .. } | CondKind::CountSignals { .. } | CondKind::DaysSince { .. } => {
            (signal_name(kind), span, Layer::Signals)
        }
        CondKind::CountRoles { .. } => (None, span, Layer::Roles),
        _ => (None, span, Layer::Fields),
    }
}

/// The stages a condition compares with itself, in order.
fn stages_in(cond: &Cond) -> Vec<&Value> {
    let is_stage = |s: &Compared| matches!(s, Compared::Name(n) if n.node == "stage");
    let mut found = Vec::new();
    let mut open = vec![cond];
    while let Some(cond) = open.pop() {
        match &cond.kind {
            CondKind::Or(parts) | CondKind::And(parts) => open.extend(parts.iter().rev()),
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
            CondKind::Compare { subject, value, .. } if is_stage(subject) => found.push(value),
            CondKind::In { subject, values, .. } if is_stage(subject) => found.extend(values),
            CondKind::Between { subject, low, high } if is_stage(subject) => found.extend([low, high]),
            _ => {}
        }
    }
    found
}

fn signal_name(kind: &CondKind) -> Option<&Name> {
    match kind {
        CondKind::Happened { signals: Signals::One(n), .. }
        | CondKind::CountSignals { signals: Signals::One(n), .. }
        | CondKind::DaysSince { signals: Signals::One(n), .. } => Some(n),
        _ => None,
    }
}

impl<'a> Checker<'a> {
    /// The layer of what a name stands for.
    pub fn layer_of(&self, subject: Subject) -> Layer {
        match subject {
            Subject::Field(_) | Subject::Attribute(_) => Layer::Fields,
            Subject::Define(i) => self.define_layers.get(i).copied().unwrap_or(Layer::Fields),
            Subject::Signal(_) => Layer::Signals,
            Subject::Role(_) => Layer::Roles,
            Subject::Committee => Layer::Committee,
            Subject::Icp | Subject::Score(_) => Layer::Scores,
            Subject::Checklist(_) => Layer::Checklists,
            Subject::Stage => Layer::Stages,
            Subject::Route => Layer::Route,
        }
    }

    /// Finds the layer of each definition, and reports cycles. Call once, before any condition is resolved.
    pub fn resolve_define_layers(&mut self) {
        let count = self.names.defines.len();
        self.define_layers = vec![Layer::Fields; count];
        let uses: Vec<Vec<usize>> = (0..count).map(|i| self.defines_used_by(i)).collect();
        self.report_cycles(&uses);
        // A layer can only rise, and a chain is no longer than the number of definitions.
        for _ in 0..count {
            let before = self.define_layers.clone();
            for i in 0..count {
                let cond = &self.names.defines.get(i).condition;
                let layers = mentions(cond).into_iter().map(|(name, _, layer)| match name {
                    Some(n) => self.names.subject(&n.node).map_or(layer, |s| self.layer_of(s)),
                    None => layer,
                });
                self.define_layers[i] = layers.max().unwrap_or(Layer::Fields);
            }
            if before == self.define_layers {
                break;
            }
        }
    }

    fn defines_used_by(&self, index: usize) -> Vec<usize> {
        let cond = &self.names.defines.get(index).condition;
        mentions(cond).into_iter().filter_map(|(name, _, _)| self.names.defines.find(&name?.node)).collect()
    }

    /// The way from a definition to a stage beyond a level that it mentions, itself or through others; `None` where it mentions no such stage.
    pub fn way_to_later_stage(&self, define: usize, level: u16) -> Option<Vec<String>> {
        let mut seen = vec![false; self.names.defines.len()];
        let mut open = vec![(define, Vec::new())];
        while let Some((at, mut way)) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let decl = self.names.defines.get(at);
            way.push(decl.name.node.clone());
            let later = |stage: &&str| self.names.stage_level(stage).is_some_and(|l| l > level);
            if let Some(stage) = stages_in(&decl.condition).into_iter().map(word).find(later) {
                way.push(stage.to_string());
                return Some(way);
            }
            open.extend(self.defines_used_by(at).into_iter().map(|next| (next, way.clone())));
        }
        None
    }

    fn report_cycles(&mut self, uses: &[Vec<usize>]) {
        let mut done = vec![false; uses.len()];
        for start in 0..uses.len() {
            if let Some(path) = cycle_from(start, uses, &done) {
                path.iter().for_each(|&i| done[i] = true);
                let names: Vec<&Name> = path.iter().map(|&i| &self.names.defines.get(i).name).collect();
                let diagnostic = cycle(&names);
                self.report(diagnostic);
            }
        }
    }

    /// Whether the layer of a mention is allowed here; reports it with the path if not.
    pub fn layer_allowed(&mut self, name: &Name, subject: Subject, context: Context) -> bool {
        let layer = self.layer_of(subject);
        if layer <= context.allowed {
            return true;
        }
        let path = self.path_to(name, layer);
        let diagnostic = too_early(name, &path, layer, context);
        self.report(diagnostic);
        false
    }

    /// From a name through definitions to what makes it late.
    fn path_to(&self, name: &Name, layer: Layer) -> Vec<String> {
        let mut path = vec![name.node.clone()];
        let mut current = self.names.defines.find(&name.node);
        while let Some(index) = current.filter(|_| path.len() < 20) {
            let cond = &self.names.defines.get(index).condition;
            let next = mentions(cond).into_iter().find_map(|(name, span, own)| match name {
                Some(n) => {
                    let subject = self.names.subject(&n.node)?;
                    (self.layer_of(subject) == layer).then(|| n.node.clone())
                }
                None => (own == layer).then(|| self.text(span).to_string()),
            });
            current = next.as_ref().and_then(|n| self.names.defines.find(n));
            match next {
                Some(next) if !path.contains(&next) => path.push(next),
                _ => break,
            }
        }
        path
    }
}

/// The definitions of a cycle through `start`, if there is one.
fn cycle_from(start: usize, uses: &[Vec<usize>], done: &[bool]) -> Option<Vec<usize>> {
    let mut seen = vec![false; uses.len()];
    let mut path = vec![(start, 0)];
    seen[start] = true;
    while let Some((at, next)) = path.last_mut() {
        match uses[*at].get(*next) {
            None => {
                path.pop();
            }
            Some(&to) => {
                *next += 1;
                if to == start {
                    let cycle: Vec<usize> = path.iter().map(|(i, _)| *i).collect();
                    return (!cycle.iter().any(|&i| done[i])).then_some(cycle);
                }
                if !std::mem::replace(&mut seen[to], true) {
                    path.push((to, 0));
                }
            }
        }
    }
    None
}

fn cycle(names: &[&Name]) -> Diagnostic {
    let mut words: Vec<&str> = names.iter().map(|n| n.node.as_str()).collect();
    words.push(&names[0].node);
    let mut diagnostic = Diagnostic::new(
        &DEFINITION_CYCLE,
        format!("`{}` depends on itself", names[0].node),
        names[0].span,
        words.join(" → "),
    );
    for name in &names[1..] {
        diagnostic = diagnostic.with_label(name.span, "on the way");
    }
    diagnostic.with_help("say one of them without the other")
}

fn too_early(name: &Name, path: &[String], layer: Layer, context: Context) -> Diagnostic {
    let label = if path.len() > 1 { path.join(" → ") } else { format!("belongs to {}", layer_word(layer)) };
    Diagnostic::new(&USED_TOO_EARLY, format!("{} cannot look at `{}`", context.place, name.node), name.span, label)
        .with_help(format!("{} is decided before {}; use only what is known by then", context.place, layer_word(layer)))
}
