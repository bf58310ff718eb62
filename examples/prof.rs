use rubric::driver::{Memory, load};
use rubric::lint::Levels;
use rubric::scenario::Suite;
use std::time::Instant;
fn main() {
    let mut memory = Memory::default();
    for entry in std::fs::read_dir("policies").unwrap().flatten() {
        if entry.path().is_file() {
            memory.insert(
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read_to_string(entry.path()).unwrap(),
            );
        }
    }
    if std::env::args().nth(1).is_some() {
        for _ in 0..100 {
            load(&memory, "care_management.rubric", &[]);
        }
        return;
    }
    for _ in 0..3 {
        let t = Instant::now();
        let loaded = load(&memory, "care_management.rubric", &[]);
        println!("load {:?}", t.elapsed());
        let t = Instant::now();
        let mut sources = rubric::source::SourceMap::default();
        for f in ["care_management.rubric", "healthtech.rubric"] {
            let id = sources.add(f, rubric::driver::Provider::read(&memory, f).unwrap());
            let t = Instant::now();
            let (tree, _) = rubric::syntax::parse(id, sources.file(id));
            println!("  parse {f} {:?} {}", t.elapsed(), tree.items.len());
        }
        println!("parse {:?}", t.elapsed());
        let t = Instant::now();
        let n = loaded.lint(&Levels::default()).len();
        println!("lint {:?} {n}", t.elapsed());
        let policy = loaded.policy.as_ref().unwrap();
        let lens = rubric::lint::Lens::new(policy, &loaded.sources, &loaded.trees);
        let mut v = Vec::new();
        for l in rubric::lint::LINTS {
            let t = Instant::now();
            (l.find)(&lens, &mut v);
            if t.elapsed().as_micros() > 100 {
                println!("  {} {:?}", l.rule.name, t.elapsed());
            }
        }
        let t = Instant::now();
        let suite = Suite::new(policy);
        println!("suite {:?} {} tests", t.elapsed(), policy.tests.len());
        let t = Instant::now();
        let desks = suite.desks();
        println!("desks {:?} {}", t.elapsed(), desks.len());
        let t = Instant::now();
        for i in 0..policy.tests.len() {
            suite.run(i, &desks);
        }
        println!("tests {:?}", t.elapsed());
    }
}
