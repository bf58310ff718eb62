//! The policy of the benches against the same policy written by hand as a plain program: the same bytes for every lead.

#[path = "../benches/pipeline/by_hand.rs"]
mod by_hand;
#[path = "../benches/pipeline/leads.rs"]
mod leads;

use rubric::data::reader::{Found, Reader, Sides};
use rubric::data::side::Side;
use rubric::data::source::Source;
use rubric::driver::{Memory, load};
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine};
use rubric::policy::import::Settings;
use rubric::policy::time::Instant;
use rubric::program::Program;
use rubric::report::leads::{Briefs, Format};

/// Each as-of shows other ages of the same events, and another day of the week for what is due.
#[test]
fn both_programs_write_the_same() {
    let mut memory = Memory::default();
    memory.insert("forty.rubric", include_str!("../benches/pipeline/forty.rubric"));
    let policy = load(&memory, "forty.rubric", &[]).policy.expect("the policy of the benches checks clean");
    let program = Program::lower(&policy);
    let lines = leads::ndjson(3_000);
    for as_of in ["2026-03-31T12:00Z", "2026-02-14T00:00Z", "2026-07-03T23:59:59Z"] {
        let as_of = Instant::parse(as_of, policy.offset).expect("an instant");
        let words = by_hand::Words::new(&policy.hash, as_of.0);
        let mut plain = Vec::new();
        for line in lines.lines() {
            by_hand::write(&mut plain, &words, &by_hand::decide(&by_hand::read(line), as_of.0));
        }
        let sides = Sides { events: Side::NotSupplied, contacts: Side::NotSupplied };
        let file = "leads.ndjson".into();
        let reader = Reader::new(&policy, None, as_of, &file, None, &sides, false).expect("a reader");
        let bytes = Box::new(std::io::Cursor::new(lines.clone().into_bytes()));
        let mut source = Source::open(bytes, "leads.ndjson", &Settings::default()).expect("leads");
        let decider = Decider::new(Engine::new(&policy, &program, as_of));
        let (mut batch, mut scratch) = (Batch::new(&policy), reader.scratch());
        let (mut found, mut briefs, mut written) = (Found::default(), Briefs::new(Format::Ndjson), Vec::new());
        while let Some(chunk) = source.next_chunk(1_000).expect("leads") {
            reader.read(&chunk.rows, &mut (0..chunk.rows.len()), &[], &mut batch, &mut scratch, &mut found);
            let e = decider.engine().evaluate(&batch);
            for lead in 0..batch.len() {
                let brief = decider.brief(&e, &batch, lead, false);
                briefs.bytes(&brief, &mut written).expect("memory takes what is written");
            }
        }
        let (plain, written) = (String::from_utf8_lossy(&plain), String::from_utf8_lossy(&written));
        assert_eq!(plain.lines().count(), written.lines().count());
        for (plain, written) in plain.lines().zip(written.lines()) {
            assert_eq!(plain, written, "as of {as_of}");
        }
    }
}
