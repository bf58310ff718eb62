//! The profile, checklists, stages and risks.

use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::steps::{FallBack, Stage};
use crate::policy::{Checklist, ChecklistId, Define, Requirement, Risk};
use crate::source::Span;
use crate::syntax::tree::{self, Name, StageItem};
use std::collections::HashMap;

declare_rule! {
    /// A profile criterion without a reason.
    pub MISSING_REASON = "RB0509" "missing-reason" Error "a profile criterion without a reason"
}

declare_rule! {
    /// A `fall back` that does not lead back.
    pub BAD_FALL_BACK = "RB0510" "bad-fall-back" Error "a fall back that does not lead to an earlier stage"
}

declare_rule! {
    /// A stage or checklist with nothing in it.
    pub EMPTY_STEP = "RB0511" "empty-step" Error "a stage or checklist with nothing in it"
}

declare_rule! {
    /// A checklist that nothing declares.
    pub UNKNOWN_CHECKLIST = "RB0705" "unknown-checklist" Error "a checklist that nothing declares"
}

impl Checker<'_> {
    /// Definitions, in order; one that cannot be resolved is left out of the policy, which then is not returned.
    pub(crate) fn resolve_defines(&mut self) -> Option<Vec<Define>> {
        let decls: Vec<&tree::Define> = self.names.defines.iter().collect();
        let resolved: Vec<Option<Define>> = decls
            .into_iter()
            .enumerate()
            .map(|(i, d)| {
                let layer = self.define_layers[i];
                let context = Context::new("a definition", Layer::Route);
                let condition = self.resolve_condition(&d.condition, context)?;
                Some(Define { name: d.name.node.clone(), condition, layer, span: d.name.span })
            })
            .collect();
        resolved.into_iter().collect()
    }

    /// The criteria of the profile.
    pub(crate) fn resolve_icp(&mut self) -> Option<Vec<Requirement>> {
        let musts: Vec<&tree::Must> = self.names.icp.clone();
        // A reason that could not be read is no missing reason.
        let hidden = self.poison.hides(&["icp"]);
        for must in musts.iter().filter(|m| m.because.is_none() && !hidden) {
            self.report(missing_reason(must));
        }
        self.requirements(&musts, "must", Context::new("the profile", Layer::Committee))
    }

    fn requirements(&mut self, list: &[&tree::Must], prefix: &str, context: Context) -> Option<Vec<Requirement>> {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut resolved = Vec::new();
        for (i, must) in list.iter().enumerate() {
            if let Some(name) = &must.name
                && let Some(first) = seen.insert(&name.node, name.span)
            {
                let one = Diagnostic::new(
                    &super::names::DUPLICATE_NAME,
                    format!("`{}` stands twice", name.node),
                    name.span,
                    "again here",
                );
                self.report(one.with_label(first, "first here").with_help("give one of them another name"));
            }
            let condition = self.resolve_condition(&must.condition, context);
            let id = must.name.as_ref().map_or_else(|| format!("{prefix}.{}", i + 1), |n| n.node.clone());
            resolved.push(condition.map(|condition| Requirement {
                id,
                condition,
                because: must.because.as_ref().map(|b| b.node.as_str().into()),
                span: must.span,
            }));
        }
        resolved.into_iter().collect()
    }

    /// Checklists, in order.
    pub(crate) fn resolve_checklists(&mut self) -> Option<Vec<Checklist>> {
        let decls: Vec<&tree::Checklist> = self.names.checklists.iter().collect();
        let resolved: Vec<Option<Checklist>> = decls.into_iter().map(|d| self.checklist_decl(d)).collect();
        resolved.into_iter().collect()
    }

    fn checklist_decl(&mut self, decl: &tree::Checklist) -> Option<Checklist> {
        if decl.items.is_empty() && !self.poison.hides(&["checklist"]) {
            self.report(empty_step(
                &decl.name,
                "checklist",
                "add an item: `\"The problem is known\": problem is known`",
            ));
        }
        let context = Context::new("a checklist", Layer::Scores);
        let items: Vec<Option<(String, crate::policy::Cond)>> = decl
            .items
            .iter()
            .map(|(text, cond)| Some((text.node.clone(), self.resolve_condition(cond, context)?)))
            .collect();
        Some(Checklist {
            name: decl.name.node.clone(),
            title: decl.title.as_ref().map_or_else(|| decl.name.node.replace('_', " "), |t| t.node.clone()),
            items: items.into_iter().collect::<Option<_>>()?,
            span: decl.name.span,
        })
    }

    /// A checklist by name.
    pub(crate) fn checklist(&mut self, name: &Name) -> Option<ChecklistId> {
        let found = self.names.checklists.find(&name.node);
        if found.is_none() && !self.poison.hides(&["checklist"]) {
            let near = crate::policy::text::nearest(&name.node, self.names.checklists.names()).map(str::to_string);
            self.report(super::signals::unknown(
                &UNKNOWN_CHECKLIST,
                "checklist",
                name,
                near,
                "declare it: `checklist NAME { … }`",
            ));
        }
        found.map(|i| ChecklistId(i as u16))
    }

    /// Stages, in order.
    pub(crate) fn resolve_stages(&mut self) -> Option<Vec<Stage>> {
        let decls: Vec<&tree::Stage> = self.names.stages.iter().collect();
        let resolved: Vec<Option<Stage>> =
            decls.into_iter().enumerate().map(|(i, d)| self.stage_decl(i as u16, d)).collect();
        resolved.into_iter().collect()
    }

    fn stage_decl(&mut self, index: u16, decl: &tree::Stage) -> Option<Stage> {
        let (mut require, mut should, mut fall_back) = (Vec::new(), Vec::new(), Vec::new());
        for item in &decl.items {
            match item {
                StageItem::Require(m) => require.push(m),
                StageItem::Should(m) => should.push(m),
                StageItem::FallBack { span, to, when } => fall_back.push(self.fall_back(index, *span, to, when)),
            }
        }
        if require.is_empty() && !self.poison.touches(decl.span) {
            self.report(empty_step(&decl.name, "stage", "add what must hold: `require problem is known`"));
        }
        let context = Context { stages_before: Some(index), ..Context::new("a stage", Layer::Stages) };
        let prefix = &decl.name.node;
        let require = self.requirements(&require, prefix, context);
        let should = self.requirements(&should, &format!("{prefix}.should"), context);
        Some(Stage {
            name: decl.name.node.clone(),
            title: decl.title.as_ref().map_or_else(|| decl.name.node.replace('_', " "), |t| t.node.clone()),
            require: require?,
            should: should?,
            fall_back: fall_back.into_iter().collect::<Option<_>>()?,
            span: decl.name.span,
        })
    }

    fn fall_back(&mut self, index: u16, span: Span, to: &Name, when: &tree::Cond) -> Option<FallBack> {
        let level = if to.node == "none" { Some(0) } else { self.stage(to).map(|s| s.0 + 1) };
        if level.is_some_and(|l| l > index) {
            let one = Diagnostic::new(
                &BAD_FALL_BACK,
                format!("`{}` is no earlier stage", to.node),
                to.span,
                "falls back to itself or ahead",
            );
            self.report(one.with_help("name a stage before this one, or `none`"));
        }
        let context = Context { stages_before: Some(index + 1), ..Context::new("a fall back", Layer::Stages) };
        let when = self.resolve_condition(when, context);
        Some(FallBack { to: level?, when: when?, span })
    }

    /// Risks, in order.
    pub(crate) fn resolve_risks(&mut self) -> Option<Vec<Risk>> {
        let decls: Vec<&tree::Risk> = self.names.risks.clone();
        let context = Context::new("a risk", Layer::Route);
        let resolved: Vec<Option<Risk>> = decls
            .into_iter()
            .map(|d| {
                Some(Risk {
                    title: d.title.node.clone(),
                    condition: self.resolve_condition(&d.condition, context)?,
                    owner: d.owner.as_ref().map(|o| o.node.clone()),
                    span: d.title.span,
                })
            })
            .collect();
        resolved.into_iter().collect()
    }
}

fn missing_reason(must: &tree::Must) -> Diagnostic {
    Diagnostic::new(
        &MISSING_REASON,
        "this criterion says no reason",
        must.condition.span,
        "leads fail here without knowing why",
    )
    .with_help("add `because \"…\"`; it is what sales tells the lead, and marketing learns from")
}

fn empty_step(name: &Name, what: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&EMPTY_STEP, format!("the {what} `{}` asks for nothing", name.node), name.span, "nothing in it")
        .with_help(help)
}
