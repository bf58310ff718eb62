//! Fields that have another name in the new version.
//!
//! A renaming is one change, however many conditions mention the field. So the old version is rewritten to the new names before anything is compared.

use super::align::Matcher;
use super::flat::Flat;
use crate::policy::text::fold;
use crate::source::Span;
use crate::syntax::tree::*;

/// A field that got another name.
#[derive(Clone, Debug)]
pub(super) struct Renamed {
    pub from: String,
    pub to: String,
    /// Where the old name stands.
    pub old: Span,
}

/// Fields that are gone under one name and new under another, with the same type, and with a header or the question in common.
pub(super) fn fields(old: &[FieldDecl], new: &[FieldDecl]) -> Vec<Renamed> {
    let pairs = Matcher::new(old, new).by(|f| Some(f.name.node.clone())).pairs();
    let gone: Vec<&FieldDecl> =
        old.iter().enumerate().filter(|(i, _)| !pairs.iter().any(|(a, _)| a == i)).map(|(_, f)| f).collect();
    let come: Vec<&FieldDecl> =
        new.iter().enumerate().filter(|(j, _)| !pairs.iter().any(|(_, b)| b == j)).map(|(_, f)| f).collect();
    let same = |a: &&FieldDecl, b: &&FieldDecl| {
        let headers = headers(a).iter().any(|h| headers(b).contains(h));
        let asks = question(a).is_some() && question(a) == question(b);
        if shape(&a.ty) == shape(&b.ty) && (headers || asks) { 100 } else { 0 }
    };
    let renamed = Matcher::new(&gone, &come).by_likeness(same).pairs().into_iter().map(|(i, j)| Renamed {
        from: gone[i].name.node.clone(),
        to: come[j].name.node.clone(),
        old: gone[i].name.span,
    });
    renamed.collect()
}

/// What a field is filled from, its name left out where columns are named: the names differ anyway.
fn headers(field: &FieldDecl) -> Vec<String> {
    let columns = |m: &Modifier| match &m.kind {
        ModifierKind::Column(list) => list.iter().map(|t| fold(&t.node)).collect(),
        _ => Vec::new(),
    };
    let mut all: Vec<String> = field.modifiers.iter().flat_map(columns).collect();
    all.push(fold(&field.name.node));
    all
}

fn question(field: &FieldDecl) -> Option<&str> {
    field
        .modifiers
        .iter()
        .find_map(|m| if let ModifierKind::Ask { question, .. } = &m.kind { Some(&*question.node) } else { None })
}

/// A type by its kind and its choices.
fn shape(ty: &Type) -> (u8, Vec<&str>) {
    match &ty.kind {
        TypeKind::OneOf(c) => (0, sorted(c)),
        TypeKind::SomeOf(c) => (1, sorted(c)),
        TypeKind::Ordered(c) => (2, c.iter().map(|c| c.name.node.as_str()).collect()),
        TypeKind::Boolean => (3, Vec::new()),
        TypeKind::Number { .. } => (4, Vec::new()),
        TypeKind::Date => (5, Vec::new()),
        TypeKind::Text => (6, Vec::new()),
    }
}

fn sorted(choices: &[Choice]) -> Vec<&str> {
    let mut names: Vec<&str> = choices.iter().map(|c| c.name.node.as_str()).collect();
    names.sort_unstable();
    names
}

/// A text of the old version with the new names, where they stand as whole words outside of quotes.
pub(super) fn in_text(text: String, renamed: &[Renamed]) -> String {
    if !renamed.iter().any(|r| text.contains(&r.from)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        let part = !quoted && (c.is_alphanumeric() || c == '_');
        if part {
            word.push(c);
            continue;
        }
        let name = renamed.iter().find(|r| r.from == word).map_or(word.as_str(), |r| r.to.as_str());
        out.push_str(name);
        word.clear();
        out.push(c);
        quoted = match c {
            '"' if !escaped => !quoted,
            _ => quoted,
        };
        escaped = quoted && c == '\\' && !escaped;
    }
    out.pop();
    out
}

/// Rewrites every mention of the old names.
pub(super) fn apply(flat: &mut Flat, renamed: &[Renamed]) {
    if renamed.is_empty() {
        return;
    }
    let new = |name: &mut Name| {
        if let Some(r) = renamed.iter().find(|r| r.from == name.node) {
            name.node.clone_from(&r.to);
        }
    };
    let mut naming = Naming { new: &new };
    naming.flat(flat);
}

struct Naming<'n> {
    new: &'n dyn Fn(&mut Name),
}

impl Naming<'_> {
    fn flat(&mut self, flat: &mut Flat) {
        for setting in &mut flat.header.settings {
            if let PolicySetting::Applies(cond) = setting {
                self.cond(cond);
            }
        }
        flat.fields.iter_mut().for_each(|f| (self.new)(&mut f.name));
        for role in &mut flat.roles {
            role.when.iter_mut().chain(&mut role.expected_when).for_each(|c| self.cond(c));
        }
        flat.defines.iter_mut().for_each(|d| self.cond(&mut d.condition));
        flat.icp.iter_mut().for_each(|m| self.cond(&mut m.condition));
        for score in &mut flat.scores {
            for item in &mut score.items {
                let ScoreItem::Group(group) = item else { continue };
                for criterion in &mut group.criteria {
                    if let CriterionKind::When(cond) = &mut criterion.kind {
                        self.cond(cond);
                    }
                }
            }
        }
        flat.checklists.iter_mut().flat_map(|l| &mut l.items).for_each(|(_, c)| self.cond(c));
        flat.risks.iter_mut().for_each(|r| self.cond(&mut r.condition));
        self.steps(flat);
        self.after(flat);
    }

    fn steps(&mut self, flat: &mut Flat) {
        for item in flat.stages.iter_mut().flat_map(|s| &mut s.items) {
            match item {
                StageItem::Require(m) | StageItem::Should(m) => self.cond(&mut m.condition),
                StageItem::FallBack { when, .. } => self.cond(when),
            }
        }
        for item in flat.outcomes.iter_mut().flat_map(|o| &mut o.items) {
            item.when.iter_mut().for_each(|c| self.cond(c));
            match &mut item.kind {
                OutcomeItemKind::RevisitOn(name) => (self.new)(name),
                OutcomeItemKind::Due(Due { anchor: DueAnchor::Before(name), .. }) => (self.new)(name),
                _ => {}
            }
        }
        for rule in &mut flat.route {
            match &mut rule.kind {
                RouteItemKind::To { when, .. } | RouteItemKind::By { when, .. } => {
                    when.iter_mut().for_each(|c| self.cond(c));
                }
                RouteItemKind::Otherwise { .. } => {}
            }
        }
    }

    fn after(&mut self, flat: &mut Flat) {
        flat.discovery.iter_mut().flat_map(|d| &mut d.sections).flat_map(|s| &mut s.1).for_each(self.new);
        flat.record.iter_mut().flat_map(|s| &mut s.fields).for_each(self.new);
        for trigger in &mut flat.triggers {
            trigger.when.iter_mut().for_each(|c| self.cond(c));
            match &mut trigger.kind {
                TriggerKind::ChangeOf(name) | TriggerKind::Rises(name) | TriggerKind::Falls(name) => (self.new)(name),
                TriggerKind::FromTo { field, .. } => (self.new)(field),
                TriggerKind::Signals(_) | TriggerKind::NewStakeholder => {}
            }
        }
        if let Some(account) = &mut flat.account {
            (self.new)(&mut account.by);
            account.newest_by.iter_mut().for_each(self.new);
        }
        for claim in flat.guarantees.iter_mut().flat_map(|g| &mut g.claims) {
            let (Claim::Never(cond) | Claim::Always(cond)) = claim;
            self.cond(cond);
        }
        for item in flat.imports.iter_mut().flat_map(|i| &mut i.items) {
            match item {
                ImportItem::Table { items, .. } => items.iter_mut().for_each(|i| match i {
                    TableItem::Map { name, .. } => (self.new)(name),
                    TableItem::Setting(setting) => self.setting(setting),
                }),
                ImportItem::Setting(setting) => self.setting(setting),
                ImportItem::Types(_) | ImportItem::Channel { .. } => {}
            }
        }
    }

    fn setting(&self, setting: &mut ImportSetting) {
        match &mut setting.kind {
            ImportSettingKind::Split { fields, .. } | ImportSettingKind::Dates { fields, .. } => {
                fields.iter_mut().for_each(self.new);
            }
            _ => {}
        }
    }

    fn cond(&self, cond: &mut Cond) {
        match &mut cond.kind {
            CondKind::Or(parts) | CondKind::And(parts) => parts.iter_mut().for_each(|p| self.cond(p)),
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => self.cond(inner),
            CondKind::Holds(name) => (self.new)(name),
            CondKind::Compare { subject, .. } | CondKind::In { subject, .. } | CondKind::Between { subject, .. } => {
                if let Subject::Name(name) = subject {
                    (self.new)(name);
                }
            }
            CondKind::Has { subject, .. }
            | CondKind::Empty { subject, .. }
            | CondKind::Text { subject, .. }
            | CondKind::WithinDays { subject, .. }
            | CondKind::Before { subject, .. }
            | CondKind::After { subject, .. }
            | CondKind::Known { subject, .. } => (self.new)(subject),
            CondKind::Happened { .. }
            | CondKind::CountSignals { .. }
            | CondKind::CountRoles { .. }
            | CondKind::DaysSince { .. } => {}
        }
    }
}
