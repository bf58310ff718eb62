//! Criteria of a score: by name, by what they count, by what is alike; also from one group to another.

use super::conditions::{clipped, quoted};
use super::gates::named;
use super::lists::{Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::{Matcher, likeness};
use crate::policy::exact::Points;
use crate::source::Span;
use crate::syntax::tree::{Count, Criterion, CriterionKind, Group, PerSetting};

/// What a criterion counts, without its points: a key that only those have who count the same.
fn counted(w: &Walk<'_>, c: &Criterion) -> String {
    match &c.kind {
        CriterionKind::When(cond) => w.key(cond),
        CriterionKind::Per { signal, settings } => format!("per {} {:?}", signal.node, said(settings)),
    }
}

/// Its text after the points.
fn text(w: &Walk<'_>, c: &Criterion) -> String {
    let end = c.because.as_ref().map_or(c.span.end, |b| b.span.start);
    let text = w.text(Span { start: c.points.span.end, end, ..c.span });
    text.strip_suffix("because").unwrap_or(&text).trim().to_string()
}

/// How it is called: its name, else what it counts, shortened.
fn called(w: &Walk<'_>, c: &Criterion) -> String {
    match (&c.name, &c.kind) {
        (Some(name), _) => quoted(&name.node),
        (None, CriterionKind::Per { signal, .. }) => quoted(&format!("per {}", signal.node)),
        (None, CriterionKind::When(_)) => clipped(&text(w, c)),
    }
}

/// A part of its id.
fn key(w: &Walk<'_>, c: &Criterion) -> String {
    c.name.as_ref().map_or_else(|| text(w, c), |n| n.node.clone())
}

fn points(c: &Criterion) -> Points {
    Points::parse(&c.points.node).unwrap_or_default()
}

/// How much two groups hold the same, in hundredths.
pub(super) fn alike(w: &Walk<'_>, old: &Group, new: &Group) -> u32 {
    let counts = |g: &Group| -> Vec<String> { g.criteria.iter().map(|c| counted(w, c)).collect() };
    let (old, new) = (counts(old), counts(new));
    let shared = old.iter().filter(|c| new.contains(c)).count();
    ((200 * shared) as u32).checked_div((old.len() + new.len()) as u32).unwrap_or(0)
}

/// Criteria that go from one group of a score to another, by place in the old and in the new version.
#[derive(Debug, Default)]
pub(super) struct Moving {
    pairs: Vec<(Span, Span, Change2)>,
}

/// The id and the words of a criterion that goes to another group.
type Change2 = (String, String);

impl Moving {
    /// Finds what is in neither group of a pair and counts the same elsewhere.
    pub fn between(w: &Walk<'_>, score: &str, (old, new): (&[Group], &[Group]), groups: &[(usize, usize)]) -> Moving {
        let mut moving = Moving::default();
        // Criteria that no pair of groups has in both versions.
        let free = |(mine, theirs): (&[Group], &[Group]), other: &dyn Fn(usize) -> Option<usize>| {
            let mut free: Vec<(usize, Criterion)> = Vec::new();
            for (i, group) in mine.iter().enumerate() {
                let there = other(i).map_or(&[][..], |j| &theirs[j].criteria);
                let has = |c: &Criterion| there.iter().any(|t| same_name(c, t) || counted(w, c) == counted(w, t));
                free.extend(group.criteria.iter().filter(|c| !has(c)).map(|c| (i, c.clone())));
            }
            free
        };
        let gone = free((old, new), &|i| groups.iter().find(|(a, _)| *a == i).map(|(_, b)| *b));
        let come = free((new, old), &|j| groups.iter().find(|(_, b)| *b == j).map(|(a, _)| *a));
        let pairs = Matcher::new(&gone, &come)
            .by(|(_, c)| c.name.as_ref().map(|n| n.node.clone()))
            .by(|(_, c)| Some(counted(w, c)))
            .pairs();
        for (a, b) in pairs {
            let ((from, was), (to, is)) = (&gone[a], &come[b]);
            // A group that is new or gone is told as a whole.
            let whole = |i: usize, first: bool| groups.iter().any(|(x, y)| if first { *x == i } else { *y == i });
            if !whole(*from, true) || !whole(*to, false) {
                continue;
            }
            let (from, to) = (&old[*from].name.node, &new[*to].name.node);
            let id = format!("{score}.{to}.{}: group", key(w, is));
            let earns = format!("earning {}", points(is));
            let says = format!("{} now counts in `{to}`, {earns}, not in `{from}`", called(w, is));
            moving.pairs.push((was.span, is.span, (id, says)));
        }
        moving
    }

    fn of(&self, place: Span) -> Option<Change> {
        let (old, new, (id, says)) = self.pairs.iter().find(|(a, b, _)| *a == place || *b == place)?;
        Some(Change::decides(id.clone(), says.clone()).at(*old, *new))
    }

    fn moves(&self, c: &Criterion) -> bool {
        self.pairs.iter().any(|(a, b, _)| *a == c.span || *b == c.span)
    }
}

fn same_name(a: &Criterion, b: &Criterion) -> bool {
    matches!((&a.name, &b.name), (Some(a), Some(b)) if a.node == b.node)
}

/// The criteria of a group; `of` is the score and the group.
pub(super) fn criteria(
    w: &mut Walk<'_>,
    of: (&str, &str),
    moving: &Moving,
    old: &[Criterion],
    new: &[Criterion],
) -> Vec<Criterion> {
    let stays = |c: &Criterion| !moving.moves(c);
    let similar = |a: &Criterion, b: &Criterion| match (&a.kind, &b.kind) {
        (CriterionKind::Per { signal: x, .. }, CriterionKind::Per { signal: y, .. }) if x.node == y.node => 100,
        (CriterionKind::When(x), CriterionKind::When(y)) => likeness(&w.text(x.span), &w.text(y.span)),
        _ => 0,
    };
    let pairs = Matcher::new(old, new)
        .by(|c| c.name.as_ref().filter(|_| stays(c)).map(|n| n.node.clone()))
        .by(|c| stays(c).then(|| counted(w, c)))
        .by_likeness(|a, b| if stays(a) && stays(b) { similar(a, b) } else { 0 })
        .pairs();
    list(w, &Criteria { score: of.0, group: of.1, moving }, (old, new), &pairs)
}

struct Criteria<'n> {
    score: &'n str,
    group: &'n str,
    moving: &'n Moving,
}

impl Criteria<'_> {
    fn id(&self, w: &Walk<'_>, c: &Criterion) -> String {
        format!("{}.{}.{}", self.score, self.group, key(w, c))
    }

    fn kind(&self, w: &mut Walk<'_>, old: &Criterion, new: &Criterion) -> CriterionKind {
        let id = self.id(w, new);
        let subject = format!("{} in `{}`", called(w, old), self.group);
        match (&old.kind, &new.kind) {
            (CriterionKind::When(a), CriterionKind::When(b)) => {
                CriterionKind::When(w.cond(format!("{id}: condition"), &subject, a, b))
            }
            (CriterionKind::Per { signal: a, settings: x }, CriterionKind::Per { signal: b, settings: y }) => {
                let says = format!("{subject} counts `{}` instead of `{}`", b.node, a.node);
                let change = || Change::decides(format!("{id}: signal"), says).at(a.span, b.span);
                let signal = w.pick(a.node == b.node, a, b, change);
                let settings = settings(w, (&id, &subject), x, y, (old.span, new.span));
                CriterionKind::Per { signal, settings }
            }
            (a, b) => {
                let says = format!("{subject} counts {} instead of {}", quoted(&text(w, new)), quoted(&text(w, old)));
                w.pick(false, a, b, || Change::decides(format!("{id}: what counts"), says).at(old.span, new.span))
            }
        }
    }
}

impl Parts<Criterion> for Criteria<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &Criterion, new: &Criterion) -> Criterion {
        let id = self.id(w, new);
        let name = named(w, &id, "criterion", (&old.name, &new.name), (old.span, new.span));
        let (was, is) = (points(old), points(new));
        let says = format!("{} in `{}` earns {is} instead of {was}", called(w, new), self.group);
        // Decimals are what decay rounds to, so `+7` and `+7.0` are not the same where points are halved.
        let decimals = |c: &Criterion| c.points.node.split_once('.').map_or(0, |(_, d)| d.len());
        let halved = matches!(&new.kind, CriterionKind::Per { settings, .. } if said(settings).iter().any(|(w, _)| *w == HALVES));
        let same = was == is && (!halved || decimals(old) == decimals(new));
        let change = || Change::decides(format!("{id}: points"), says).at(old.points.span, new.points.span);
        let points = w.pick(same, &old.points, &new.points, change);
        let kind = self.kind(w, old, new);
        let what = format!("the reason of {} in `{}`", called(w, new), self.group);
        let reasons = (&old.because, &new.because);
        let because = w.title(&format!("{id}: because"), &what, reasons, (old.span, new.span));
        in_one_place(Criterion { span: new.span, name, points, kind, because }, [old, new])
    }

    fn added(&self, w: &Walk<'_>, new: &Criterion) -> Change {
        let says = format!("`{}` has one more criterion: {}", self.group, quoted(&written(w, new)));
        let change = Change::decides(format!("{}: new", self.id(w, new)), says).places(None, Some(new.span));
        self.moving.of(new.span).unwrap_or(change)
    }

    fn removed(&self, w: &Walk<'_>, old: &Criterion) -> Change {
        let says = format!("`{}` no longer has {}", self.group, quoted(&written(w, old)));
        let change = Change::decides(format!("{}: gone", self.id(w, old)), says).places(Some(old.span), None);
        self.moving.of(old.span).unwrap_or(change)
    }
}

/// A criterion whose places all stand in the version that its condition is from: its text is read from between its points and its reason.
fn in_one_place(mut whole: Criterion, versions: [&Criterion; 2]) -> Criterion {
    let file = |c: &Criterion| match &c.kind {
        CriterionKind::When(cond) => cond.span.file,
        CriterionKind::Per { signal, .. } => signal.span.file,
    };
    let from = if file(&whole) == file(versions[0]) { versions[0] } else { versions[1] };
    let end = from.because.as_ref().map_or(from.span.end, |b| b.span.start);
    whole.points.span = from.points.span;
    whole.span = Span { end, ..from.span };
    if let Some(because) = &mut whole.because {
        because.span = Span { start: end, end: from.span.end, ..from.span };
    }
    whole
}

/// A criterion as it is written, without its reason.
fn written(w: &Walk<'_>, c: &Criterion) -> String {
    let name = c.name.as_ref().map_or_else(String::new, |n| format!("{}: ", n.node));
    format!("{name}{} {}", w.text(c.points.span), text(w, c))
}

const HALVES: &str = "halves every";

/// Settings by their words, sorted.
fn said(settings: &[PerSetting]) -> Vec<(&'static str, u32)> {
    let mut said: Vec<(&str, u32)> = settings.iter().map(|s| (word(s), count(s).node)).collect();
    said.sort_unstable();
    said
}

fn word(setting: &PerSetting) -> &'static str {
    match setting {
        PerSetting::Newest(_) => "newest",
        PerSetting::AtLeast(_) => "at least",
        PerSetting::Within(_) => "within",
        PerSetting::HalvesEvery(_) => HALVES,
    }
}

fn count(setting: &PerSetting) -> &Count {
    match setting {
        PerSetting::Newest(c) | PerSetting::AtLeast(c) | PerSetting::Within(c) | PerSetting::HalvesEvery(c) => c,
    }
}

/// The settings of `per`, one by one.
fn settings(
    w: &mut Walk<'_>,
    (id, subject): (&str, &str),
    old: &[PerSetting],
    new: &[PerSetting],
    around: (Span, Span),
) -> Vec<PerSetting> {
    let mut all = Vec::new();
    for kind in ["at least", "within", "newest", HALVES] {
        let find = |list: &[PerSetting]| list.iter().find(|s| word(s) == kind).cloned();
        let (a, b) = (find(old), find(new));
        let number = |s: &Option<PerSetting>| s.as_ref().map(|s| count(s).node);
        let (was, is) = (number(&a), number(&b));
        let place = |s: &Option<PerSetting>, else_at: Span| s.as_ref().map_or(else_at, |s| count(s).span);
        let places = (place(&a, around.0), place(&b, around.1));
        let says = format!("{subject} {}", limited(kind, was, is));
        let change = || Change::decides(format!("{id}: {kind}"), says).at(places.0, places.1);
        all.extend(w.pick(was == is, &a, &b, change));
    }
    all
}

/// What became of a setting, as the rest of a sentence.
fn limited(kind: &str, was: Option<u32>, is: Option<u32>) -> String {
    let n = is.or(was).unwrap_or_default();
    let instead = was.filter(|_| is.is_some()).map_or_else(String::new, |was| format!(" instead of {was}"));
    let now = if was.is_none() { " now" } else { "" };
    match (kind, is.is_some()) {
        ("newest", true) => format!("counts the newest {n}{instead}{now}"),
        ("newest", false) => format!("counts every event, not only the newest {n}"),
        ("at least", true) => format!("asks for at least {n}{instead}{now}"),
        ("at least", false) => format!("counts from the first event, not from {n} on"),
        ("within", true) => format!("looks back {n} days{instead}{now}"),
        ("within", false) => format!("looks back for ever, not {n} days"),
        (_, true) => format!("halves every {n} days{instead}{now}"),
        (_, false) => format!("keeps its points, which halved every {n} days"),
    }
}
