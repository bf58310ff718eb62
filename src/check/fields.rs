//! Fields of the lead and attributes of events: types, choices, spellings, questions.

use super::Checker;
use super::names::is_built_in;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::exact::Number;
use crate::policy::field::{Ask, Choice, Field, FieldType};
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, fold_spelling, nearest, surely};
use crate::policy::{BuiltIn, StageId};
use crate::source::Span;
use crate::syntax::tree::{self, FieldDecl, ModifierKind, Name, TypeKind};

declare_rule! {
    /// A choice or spelling that stands twice in one list.
    pub DUPLICATE_CHOICE = "RB0206" "duplicate-choice" Error "a choice or spelling that stands twice in one list"
}

declare_rule! {
    /// A choice that reads as "not known".
    pub CHOICE_MEANS_UNKNOWN = "RB0307" "choice-means-unknown" Error "a choice spelled like a blank answer"
}

declare_rule! {
    /// A field whose declaration contradicts itself.
    pub BAD_FIELD = "RB0308" "bad-field" Error "a field whose declaration contradicts itself"
}

declare_rule! {
    /// A stage that nothing declares.
    pub UNKNOWN_STAGE = "RB0503" "unknown-stage" Error "a stage that nothing declares"
}

declare_rule! {
    /// A channel to ask on that does not exist.
    pub BAD_ASK = "RB0701" "bad-ask" Error "a question asked where nobody asks"
}

const ASKED_ON: [&str; 3] = ["form", "email", "call"];

impl Checker<'_> {
    /// Resolves all fields and attributes; call once, before any condition.
    pub fn resolve_fields(&mut self) {
        let mut fields: Vec<Field> = BuiltIn::ALL.iter().map(|b| self.built_in(*b)).collect();
        let plain: Vec<&FieldDecl> = self.names.plain_fields().collect();
        for decl in plain {
            fields.push(self.field(&decl.name, &decl.ty, own_choices(&decl.ty), &decl.modifiers, decl.span));
        }
        self.check_extends();
        let attributes: Vec<&tree::AttributeDecl> = self.names.attributes.iter().collect();
        self.attributes =
            attributes.into_iter().map(|a| self.field(&a.name, &a.ty, own_choices(&a.ty), &[], a.name.span)).collect();
        self.fields = fields;
    }

    fn built_in(&mut self, which: BuiltIn) -> Field {
        let ty = match which {
            BuiltIn::Id | BuiltIn::Email => FieldType::Text,
            BuiltIn::CurrentStage => FieldType::Ordered(self.names.stages.iter().map(stage_choice).collect()),
            BuiltIn::Updated => FieldType::Date,
        };
        let declared = self.names.fields.named(which.name());
        let mut field = Field {
            name: which.name().to_string(),
            label: which.name().replace('_', " "),
            ty,
            columns: Vec::new(),
            ask: None,
            known_from: None,
            unknown: UNKNOWN_SPELLINGS.iter().map(|s| s.to_string()).collect(),
            empty: Vec::new(),
            built_in: true,
            span: declared.map_or(Span::new(crate::source::FileId(0), 0, 0), |d| d.span),
        };
        if let Some(decl) = declared {
            let same = matches!(
                (&field.ty, &decl.ty.kind),
                (FieldType::Text, TypeKind::Text) | (FieldType::Date, TypeKind::Date)
            );
            if same {
                self.modifiers(&mut field, &decl.modifiers);
            } else {
                self.report(built_in_type(&decl.name, &field.ty, decl.ty.span));
            }
        }
        field
    }

    /// A field or attribute from its parts.
    fn field(
        &mut self,
        name: &Name,
        ty: &tree::Type,
        choices: Vec<&tree::Choice>,
        modifiers: &[tree::Modifier],
        span: Span,
    ) -> Field {
        let extends: Vec<&tree::Extend> =
            self.names.extends.iter().copied().filter(|e| e.field.node == name.node).collect();
        let mut all = choices;
        all.extend(extends.iter().flat_map(|e| &e.choices));
        let only = modifiers.iter().any(|m| matches!(m.kind, ModifierKind::Unknown { only: true, .. }));
        let mut field = Field {
            name: name.node.clone(),
            label: name.node.replace('_', " "),
            ty: FieldType::Text,
            columns: Vec::new(),
            ask: None,
            known_from: None,
            unknown: if only { vec![String::new()] } else { UNKNOWN_SPELLINGS.iter().map(|s| s.to_string()).collect() },
            empty: Vec::new(),
            built_in: false,
            span,
        };
        field.ty = self.field_type(name, ty, &all);
        self.modifiers(&mut field, modifiers);
        self.spellings_of_unknown(&field, &all);
        field
    }

    fn field_type(&mut self, name: &Name, ty: &tree::Type, choices: &[&tree::Choice]) -> FieldType {
        let most = if matches!(ty.kind, TypeKind::SomeOf(_)) { FieldType::MAX_MEMBERS } else { FieldType::MAX_CHOICES };
        match &ty.kind {
            TypeKind::OneOf(_) | TypeKind::SomeOf(_) | TypeKind::Ordered(_) => {
                if choices.is_empty() && !self.poison.touches(ty.span) {
                    self.report(bad_field(
                        ty.span,
                        format!("`{}` has no choices", name.node),
                        "expected at least one",
                        "list the choices in the braces",
                    ));
                }
                if choices.len() > most {
                    let message = format!("`{}` has {} choices", name.node, choices.len());
                    self.report(bad_field(
                        name.span,
                        message,
                        &format!("at most {most} fit"),
                        "split the field, or use `text`",
                    ));
                }
                let list = self.choices_of(choices, most);
                match &ty.kind {
                    TypeKind::OneOf(_) => FieldType::Choice(list),
                    TypeKind::SomeOf(_) => FieldType::Set(list),
                    _ => FieldType::Ordered(list),
                }
            }
            TypeKind::Boolean => FieldType::Boolean,
            TypeKind::Date => FieldType::Date,
            TypeKind::Text => FieldType::Text,
            TypeKind::Number { unit, range } => self.number_type(ty.span, unit.as_ref(), range.as_ref()),
        }
    }

    fn number_type(
        &mut self,
        span: Span,
        unit: Option<&tree::Text>,
        range: Option<&(Option<tree::Number>, Option<tree::Number>)>,
    ) -> FieldType {
        let mut bound = |n: Option<&tree::Number>| {
            let n = n?;
            let parsed = Number::parse(&n.node);
            if parsed.is_none() {
                self.report(super::values::bad_number(&n.node, n.span));
            }
            parsed
        };
        let low = bound(range.and_then(|r| r.0.as_ref()));
        let high = bound(range.and_then(|r| r.1.as_ref()));
        if low.zip(high).is_some_and(|(l, h)| l > h) {
            self.report(bad_field(
                span,
                "a range that ends before it begins".to_string(),
                "the low end is above the high end",
                "write the low end first: `0..100`",
            ));
        }
        FieldType::Number { unit: unit.map(|u| u.node.clone()), low, high }
    }

    fn choices_of(&mut self, choices: &[&tree::Choice], most: usize) -> Vec<Choice> {
        let mut seen: std::collections::HashMap<String, (Span, String)> = std::collections::HashMap::new();
        let mut catch: Option<Span> = None;
        let mut list = Vec::new();
        for choice in choices.iter().take(most) {
            let spellings = std::iter::once((&choice.name.node, choice.name.span))
                .chain(choice.aliases.iter().map(|a| (&a.node, a.span)));
            for (spelling, span) in spellings {
                match seen.get(&fold(spelling)) {
                    Some((_, owner)) if *owner == choice.name.node && span != choice.name.span => {}
                    Some((first, owner)) => {
                        let diagnostic = duplicate_choice(spelling, owner, span, *first);
                        self.report(diagnostic);
                    }
                    None => {
                        seen.insert(fold(spelling), (span, choice.name.node.clone()));
                    }
                }
            }
            if let (Some(first), Some(second)) = (catch, choice.otherwise) {
                let one = bad_field(
                    second,
                    "two choices catch every other value".to_string(),
                    "the second `otherwise`",
                    "keep one `otherwise`",
                );
                self.report(one.with_label(first, "the first"));
            }
            catch = catch.or(choice.otherwise);
            list.push(Choice {
                name: choice.name.node.clone(),
                aliases: choice.aliases.iter().map(|a| a.node.clone()).collect(),
                otherwise: choice.otherwise.is_some(),
                span: choice.name.span,
            });
        }
        list
    }

    fn modifiers(&mut self, field: &mut Field, modifiers: &[tree::Modifier]) {
        for modifier in modifiers {
            match &modifier.kind {
                ModifierKind::Column(texts) => field.columns.extend(texts.iter().map(|t| t.node.clone())),
                ModifierKind::Ask { on, question } => {
                    if field.ask.is_some() {
                        self.report(twice(modifier.span, "`ask`"));
                    }
                    field.ask = Some(self.ask(on, question));
                }
                ModifierKind::KnownFrom(stage) => field.known_from = self.stage(stage),
                ModifierKind::Unknown { spellings, .. } => {
                    field.unknown.extend(spellings.iter().map(|s| fold_spelling(&s.node)));
                }
                ModifierKind::Empty(texts) => {
                    if !matches!(field.ty, FieldType::Set(_)) {
                        let message = format!("`{}` is a {}, which is never an empty set", field.name, field.ty.word());
                        self.report(bad_field(
                            modifier.span,
                            message,
                            "`empty` is for multi-selects",
                            "use `unknown` for spellings of a blank answer",
                        ));
                    }
                    field.empty.extend(texts.iter().map(|t| fold_spelling(&t.node)));
                }
                ModifierKind::Label(text) => field.label = text.node.clone(),
            }
        }
        let empty = std::mem::take(&mut field.empty);
        field.unknown.retain(|u| !empty.contains(u));
        field.unknown.dedup();
        field.empty = empty;
    }

    fn ask(&mut self, on: &[Name], question: &tree::Text) -> Ask {
        for place in on.iter().filter(|p| !ASKED_ON.contains(&p.node.as_str())) {
            self.report(bad_ask(place));
        }
        let places = on.iter().map(|p| p.node.clone()).filter(|p| ASKED_ON.contains(&p.as_str()));
        let on: Vec<String> =
            if on.is_empty() { ASKED_ON.iter().map(|s| s.to_string()).collect() } else { places.collect() };
        Ask { on, question: question.node.clone() }
    }

    /// A stage by name. In a library alone, stages are borrowed from the policy and not checked.
    pub(crate) fn stage(&mut self, name: &Name) -> Option<StageId> {
        let found = self.names.stages.find(&name.node);
        if found.is_none() && !self.library_only && !self.poison.hides(&["stages"]) {
            let near = nearest(&name.node, self.names.stages.names()).map(str::to_string);
            let meant = surely(&name.node, self.names.stages.names());
            self.report(unknown_stage(name, near).with_name(name.span, meant));
        }
        found.map(|i| StageId(i as u16))
    }

    fn spellings_of_unknown(&mut self, field: &Field, choices: &[&tree::Choice]) {
        for choice in choices {
            let spellings = std::iter::once(&choice.name).chain(&choice.aliases);
            for spelling in spellings {
                if field.unknown.contains(&fold_spelling(&spelling.node)) {
                    self.report(means_unknown(field, &spelling.node, spelling.span));
                }
            }
        }
    }

    fn check_extends(&mut self) {
        let extends = self.names.extends.clone();
        for extend in extends {
            let name = &extend.field;
            let ty = self.names.fields.named(&name.node).map(|f| &f.ty.kind);
            match ty {
                Some(TypeKind::OneOf(_) | TypeKind::SomeOf(_) | TypeKind::Ordered(_)) => {}
                Some(_) => {
                    let message = format!("`{}` has no choices to extend", name.node);
                    self.report(bad_field(name.span, message, "not a field with choices", "leave the `extend` out"));
                }
                None if is_built_in(&name.node) || !self.poison.hides(&["lead"]) => {
                    let near = nearest(&name.node, self.names.fields.names()).map(str::to_string);
                    self.report(unknown_field(name, near));
                }
                None => {}
            }
        }
    }

    /// A field by name, anywhere but in conditions; reports what nothing declares.
    pub(crate) fn field_named(&mut self, name: &Name) -> Option<crate::policy::FieldId> {
        let found = self.names.field_index(&name.node);
        if found.is_none() && !self.poison.hides(&["lead"]) {
            let known = || self.fields.iter().map(|f| f.name.as_str());
            let near = nearest(&name.node, known()).map(str::to_string);
            let meant = surely(&name.node, known()).map(str::to_string);
            self.report(unknown_field(name, near).with_name(name.span, meant.as_deref()));
        }
        found.map(|i| crate::policy::FieldId(i as u16))
    }
}

fn own_choices(ty: &tree::Type) -> Vec<&tree::Choice> {
    match &ty.kind {
        TypeKind::OneOf(c) | TypeKind::SomeOf(c) | TypeKind::Ordered(c) => c.iter().collect(),
        _ => Vec::new(),
    }
}

fn stage_choice(stage: &tree::Stage) -> Choice {
    Choice {
        name: stage.name.node.clone(),
        aliases: stage.title.iter().map(|t| t.node.clone()).collect(),
        otherwise: false,
        span: stage.name.span,
    }
}

fn duplicate_choice(spelling: &str, owner: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_CHOICE, format!("`{spelling}` stands twice"), span, "here again")
        .with_label(first, format!("already means `{owner}`"))
        .with_help("case, spaces, `_` and `-` do not make a difference; keep one of the two")
}

fn means_unknown(field: &Field, spelling: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &CHOICE_MEANS_UNKNOWN,
        format!("`{spelling}` reads as a blank answer"),
        span,
        "a spelling of *not known*",
    )
    .with_help(format!("give the choice another name, or let `{}` say `unknown only …`", field.name))
}

fn bad_field(span: Span, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&BAD_FIELD, message, span, label).with_help(help)
}

fn twice(span: Span, what: &str) -> Diagnostic {
    bad_field(span, format!("{what} stands twice"), "the second", "keep one of them")
}

fn built_in_type(name: &Name, ty: &FieldType, span: Span) -> Diagnostic {
    bad_field(
        span,
        format!("`{}` is built in as a {}", name.node, ty.word()),
        "another type",
        "give your field another name, or declare the built-in one with its own type to add columns",
    )
}

fn unknown_stage(name: &Name, near: Option<String>) -> Diagnostic {
    let help = near.map_or("declare it in `stages`".to_string(), |n| format!("did you mean `{n}`?"));
    Diagnostic::new(&UNKNOWN_STAGE, format!("there is no stage `{}`", name.node), name.span, "not among the stages")
        .with_help(help)
}

fn unknown_field(name: &Name, near: Option<String>) -> Diagnostic {
    let help = near.map_or("declare it in `lead`".to_string(), |n| format!("did you mean `{n}`?"));
    Diagnostic::new(
        &super::conditions::UNKNOWN_NAME,
        format!("there is no field `{}`", name.node),
        name.span,
        "not among the fields",
    )
    .with_help(help)
}

fn bad_ask(place: &Name) -> Diagnostic {
    let help = match nearest(&place.node, ASKED_ON) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "questions are asked on `form`, `email` or `call`".to_string(),
    };
    Diagnostic::new(
        &BAD_ASK,
        format!("nobody asks on `{}`", place.node),
        place.span,
        "expected `form`, `email` or `call`",
    )
    .with_help(help)
}
