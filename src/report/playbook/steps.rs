//! What happens to a lead: stages, route, outcomes, lists, the call, what brings it back, what is promised.

use super::{Block, Item, Rich, Table, Turn, negated, plain, when};
use crate::policy::scenario::Claim;
use crate::policy::steps::{Choice, Matrix, Outcome, RecordTopic, Rule, RuleKind, Topic};
use crate::policy::{Policy, Requirement};
use crate::report::page::{capital, listed};
use crate::report::words::Words;

/// Each gate with what it asks for.
pub fn stages(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.stages.is_empty() {
        return;
    }
    all.push(Block::Heading("Stages".to_string()));
    all.push(Block::Text("A lead stands at the last stage up to which every requirement is established.".into()));
    for stage in &policy.stages {
        all.push(Block::Sub(stage.title.clone()));
        let mut items = Vec::new();
        let mut add = |lead: &str, list: &[Requirement]| {
            for one in list {
                let mut item = when(Rich::default().strong(lead), words, &one.condition);
                if let Some(because) = &one.because {
                    item.text = item.text.and(". ").faint(&**because);
                }
                items.push(item);
            }
        };
        add("Required: ", &stage.require);
        add("Better with: ", &stage.should);
        for fall in &stage.fall_back {
            let to = match fall.to.checked_sub(1) {
                Some(i) => policy.stages[usize::from(i)].title.clone(),
                None => "no stage".to_string(),
            };
            items.push(when(Rich::default().strong(format!("Falls back to {to} ")).and("when "), words, &fall.when));
        }
        all.push(Block::List { ordered: false, items });
    }
}

/// The rules in order, as a list and as a picture.
pub fn route(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    all.push(Block::Heading("Where a lead goes".to_string()));
    all.push(Block::Text("The rules are tried from the top; the first that matches decides.".into()));
    let rules = &policy.route.rules;
    all.push(Block::List { ordered: true, items: rules.iter().map(|r| rule(policy, words, r)).collect() });
    for (at, rule) in rules.iter().enumerate() {
        if let RuleKind::Matrix(m) = &rule.kind {
            all.push(Block::Sub(format!(
                "Rule {}, by {} and {}",
                at + 1,
                capital(m.rows.name()),
                capital(m.columns.name())
            )));
            all.push(Block::Table(matrix(policy, m)));
        }
    }
    all.push(Block::Sub("The same as a picture".to_string()));
    all.push(Block::Route(rules.iter().map(|r| turn(policy, words, r)).collect()));
}

fn rule(policy: &Policy, words: Words<'_>, rule: &Rule) -> Item {
    let title = |o: crate::policy::OutcomeId| policy.outcomes[o.index()].title.clone();
    let mut item = match &rule.kind {
        RuleKind::To { outcome, when: cond } => {
            when(Rich::default().strong(title(*outcome)).and(" when "), words, cond)
        }
        RuleKind::Otherwise { outcome } => {
            Item::new(Rich::default().strong(title(*outcome)).and(" for every other lead"))
        }
        RuleKind::Matrix(m) => {
            let by = Rich::default()
                .strong(format!("By {} and {}", capital(m.rows.name()), capital(m.columns.name())))
                .and(", as the table below says");
            match &m.when {
                Some(cond) => when(by.and(", when "), words, cond),
                None => Item::new(by),
            }
        }
    };
    if let Some(because) = &rule.because {
        // Below a list of parts the reason would be read as one of them, so it stands before.
        let reason = Rich::default().faint(format!("{because}: "));
        item.text = Rich(reason.0.into_iter().chain(item.text.0).collect());
    }
    item
}

fn matrix(policy: &Policy, m: &Matrix) -> Table {
    let (rows, columns) = (policy.score(m.rows), policy.score(m.columns));
    let head = format!("{} \\ {}", capital(m.rows.name()), capital(m.columns.name()));
    let names = columns.bands.iter().map(|b| plain(&b.name));
    let mut table = Table { head: std::iter::once(head).chain(names).collect(), rows: Vec::new() };
    for (band, cells) in rows.bands.iter().zip(&m.cells) {
        let cell = |c: &Option<crate::policy::OutcomeId>| match c {
            Some(o) => Rich::plain(&policy.outcomes[o.index()].title),
            None => Rich::default().faint("goes on to the next rule"),
        };
        let name = Rich::default().strong(plain(&band.name));
        table.rows.push(std::iter::once(name).chain(cells.iter().map(cell)).collect());
    }
    table
}

fn turn(policy: &Policy, words: Words<'_>, rule: &Rule) -> Turn {
    let title = |o: crate::policy::OutcomeId| policy.outcomes[o.index()].title.clone();
    let name = if rule.id.starts_with("rule.") { String::new() } else { capital(&plain(&rule.id)) };
    match &rule.kind {
        RuleKind::To { outcome, when } => {
            Turn { name, asks: words.condition(when), to: vec![title(*outcome)], may_go_on: false }
        }
        RuleKind::Otherwise { outcome } => Turn {
            name: "Every other lead".to_string(),
            asks: String::new(),
            to: vec![title(*outcome)],
            may_go_on: false,
        },
        RuleKind::Matrix(m) => {
            let mut to: Vec<String> = Vec::new();
            for outcome in m.cells.iter().flatten().flatten() {
                if !to.contains(&title(*outcome)) {
                    to.push(title(*outcome));
                }
            }
            let asks = m.when.as_ref().map_or("always".to_string(), |w| words.condition(w));
            Turn { name, asks, to, may_go_on: m.cells.iter().flatten().any(Option::is_none) }
        }
    }
}

/// What happens next, outcome by outcome.
pub fn outcomes(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    all.push(Block::Heading("What happens next".to_string()));
    for outcome in &policy.outcomes {
        all.push(Block::Sub(outcome.title.clone()));
        all.push(Block::List { ordered: false, items: outcome_items(policy, words, outcome) });
    }
}

fn outcome_items(policy: &Policy, words: Words<'_>, outcome: &Outcome) -> Vec<Item> {
    let mut items = vec![
        choices("Next step", words, &outcome.next, &|s: &String| s.clone()),
        choices("Owner", words, &outcome.owner, &|s: &String| plain(s)),
        choices("Due", words, &outcome.due, &|d| words.due(d)),
    ];
    if !outcome.revisit.is_empty() {
        items.push(choices("Look again", words, &outcome.revisit, &|r| words.revisit(r)));
    }
    if !outcome.checks.is_empty() {
        let lists: Vec<String> =
            outcome.checks.iter().map(|c| format!("“{}”", policy.checklists[c.index()].title)).collect();
        items.push(Item::new(Rich::default().strong("Checklist: ").and(listed(&lists))));
    }
    items
}

/// One value in a line; several below one another, the first that applies is taken.
fn choices<T>(name: &str, words: Words<'_>, list: &[Choice<T>], say: &dyn Fn(&T) -> String) -> Item {
    let conditional = |c: &Choice<T>| match &c.when {
        Some(cond) => {
            Rich::plain(format!("{} ", capital(&say(&c.value)))).faint(format!("– when {}", words.condition(cond)))
        }
        None => Rich::plain(capital(&say(&c.value))),
    };
    match list {
        [one] => {
            let rest = conditional(one);
            let text = Rich::default().strong(format!("{name}: "));
            Item::new(Rich(text.0.into_iter().chain(rest.0).collect()))
        }
        several => Item {
            text: Rich::default().strong(name).and(", the first that applies:"),
            items: several
                .iter()
                .enumerate()
                .map(|(i, c)| match (&c.when, i) {
                    (None, i) if i > 0 => Item::new(conditional(c).faint(" – otherwise")),
                    _ => Item::new(conditional(c)),
                })
                .collect(),
        },
    }
}

/// Readiness lists, to be ticked off.
pub fn checklists(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.checklists.is_empty() {
        return;
    }
    all.push(Block::Heading("Checklists".to_string()));
    for list in &policy.checklists {
        all.push(Block::Sub(list.title.clone()));
        let items = list.items.iter().map(|(item, cond)| {
            Item::new(Rich::default().strong(format!("☐ {item}. ")).faint(capital(&words.condition(cond))))
        });
        all.push(Block::List { ordered: false, items: items.collect() });
    }
}

/// The call script, section by section.
pub fn discovery(all: &mut Vec<Block>, policy: &Policy) {
    let Some(script) = &policy.discovery else { return };
    all.push(Block::Heading(script.title.clone()));
    all.push(Block::Text("In this order; what is known already need not be asked.".into()));
    for (section, topics) in &script.sections {
        all.push(Block::Sub(capital(&plain(section))));
        let item = |topic: &Topic| match topic {
            Topic::Field(id) => {
                let field = policy.field(*id);
                match &field.ask {
                    Some(ask) => Item::new(Rich::plain(&ask.question).faint(format!(" ({})", field.label))),
                    None => Item::new(capital(&field.label)),
                }
            }
            Topic::Role(id) => Item::new(format!("Who is the {}?", policy.committee.roles[id.index()].label())),
        };
        all.push(Block::List { ordered: true, items: topics.iter().map(item).collect() });
    }
}

/// What makes us look at a lead again.
pub fn back(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.triggers.is_empty() {
        return;
    }
    all.push(Block::Heading("What brings a lead back".to_string()));
    let items = policy.triggers.iter().map(|t| {
        let text = Rich::plain(words.trigger(t));
        Item::new(match &t.because {
            Some(because) => text.and(". ").faint(&**because),
            None => text,
        })
    });
    all.push(Block::List { ordered: false, items: items.collect() });
}

/// What the record warns of.
pub fn risks(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    let mut table = Table::new(&["risk", "shown when", "owner"]);
    for risk in &policy.risks {
        let owner = risk.owner.as_ref().map_or(String::new(), |o| plain(o));
        table.row([Rich::default().strong(&risk.title), words.condition(&risk.condition).into(), owner.into()]);
    }
    if let Some(table) = table.block() {
        all.push(Block::Heading("Risks".to_string()));
        all.push(table);
    }
}

/// What is handed over with a lead.
pub fn record(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.record.is_empty() {
        return;
    }
    all.push(Block::Heading("What is handed over".to_string()));
    let topic = |topic: &RecordTopic| match topic {
        RecordTopic::Field(id) => words.label(*id),
        RecordTopic::Role(id) => policy.committee.roles[id.index()].label(),
        RecordTopic::Score(kind) => capital(kind.name()),
        RecordTopic::Signal(id) => words.signal(*id),
        RecordTopic::Checklist(id) => format!("“{}”", policy.checklists[id.index()].title),
        RecordTopic::Icp => "profile".to_string(),
        RecordTopic::Stage => "stage".to_string(),
        RecordTopic::Route => "route and next step".to_string(),
        RecordTopic::Committee => "buying committee".to_string(),
    };
    let items = policy.record.iter().map(|section| {
        let topics: Vec<String> = section.topics.iter().map(topic).collect();
        Item::new(Rich::default().strong(format!("{}: ", section.heading)).and(topics.join(", ")))
    });
    all.push(Block::List { ordered: false, items: items.collect() });
}

/// What holds of every lead there could be.
pub fn guarantees(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.guarantees.is_empty() {
        return;
    }
    all.push(Block::Heading("What always holds".to_string()));
    let promise = Rich::plain("Promised of every possible lead in scope; ").code("rubric check");
    all.push(Block::Text(promise.and(" proves it, or shows a lead that breaks it.")));
    let items = policy.guarantees.iter().map(|g| {
        let claim = |c: &Claim| match c {
            Claim::Never(cond) => match negated(cond) {
                Some(inner) => when(Rich::plain("Always: "), words, inner),
                None => when(Rich::plain("Never: "), words, cond),
            },
            Claim::Always(cond) => when(Rich::plain("Always: "), words, cond),
        };
        Item { text: Rich::default().strong(&g.title), items: g.claims.iter().map(claim).collect() }
    });
    all.push(Block::List { ordered: false, items: items.collect() });
}
