//! Reading the blocks of a long file ahead, on two threads.
//!
//! Takes blocks and what reads one; gives what was read, in the order of the blocks: nobody can tell from it how many threads there were.

use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread;

/// From how many bytes on a file is long enough. Reading them takes ten times as long as starting a thread.
pub(super) const LONG: usize = 8 << 10;

/// The stack of a helper: what the main thread of a program usually has, since blocks may nest.
const STACK: usize = 8 << 20;

/// Held by whoever has a helper. There is one at a time: where several files are read at once, all processors are busy without more.
static HELPER: Mutex<()> = Mutex::new(());

/// What `read` makes of each block, in the order of the blocks; with a helper, if there is one to be had.
pub(super) fn each<B: Sync, R: Send>(blocks: &[B], read: impl Fn(&B) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(blocks.iter().enumerate());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || std::iter::from_fn(take).map(|(at, block)| (at, read(block))).collect::<Vec<_>>();
    let mut done = match HELPER.try_lock() {
        Ok(_held) => helped(&work),
        Err(TryLockError::Poisoned(_) | TryLockError::WouldBlock) => work(),
    };
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, read)| read).collect()
}

/// Does the work with a helper; alone where the system gives no thread.
fn helped<T: Send>(work: &(impl Fn() -> Vec<T> + Sync)) -> Vec<T> {
    thread::scope(|scope| {
        let helper = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let mut done = work();
        if let Ok(helper) = helper {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::{HELPER, LONG, each, helped};
    use crate::source::SourceMap;
    use crate::syntax::parse::read;
    use std::sync::Barrier;
    use std::thread;

    #[test]
    fn what_was_read_stands_in_the_order_of_the_blocks() {
        let blocks: Vec<u64> = (0..200).collect();
        let twice: Vec<u64> = blocks.iter().map(|b| b * 2).collect();
        let _helper_is_busy = HELPER.lock();
        assert_eq!(each(&blocks, |b| b * 2), twice);
        drop(_helper_is_busy);
        // The first to come is slower than the one behind it.
        let slow_first = |b: &u64| {
            thread::sleep(std::time::Duration::from_micros(if b.is_multiple_of(2) { 200 } else { 0 }));
            b * 2
        };
        assert_eq!(each(&blocks, slow_first), twice);
    }

    #[test]
    fn two_threads_share_the_work() {
        // Each waits for the other: one alone would never get through.
        let both = Barrier::new(2);
        let ids = helped(&|| {
            both.wait();
            vec![thread::current().id()]
        });
        assert!(ids.len() == 2 && ids[0] != ids[1]);
    }

    /// Where an outline is wanted, nothing is read ahead; trees and findings must be the same.
    #[test]
    fn reading_ahead_changes_neither_tree_nor_findings() {
        let text = include_str!("../../policies/care_management.rubric").to_string();
        let nested = format!("define deep = {}fit >= 1{}\n", "(".repeat(80), ")".repeat(80));
        let damaged = [
            text.clone(),
            text.replacen("policy ", "polciy ", 1),
            text.replace(" when ", " wehn "),
            text.replace("\n  cases {", "\n  cases {{"),
            text.replacen('}', "", 1),
            text.replace(" is ", "\u{a0}is "),
            text.replace("test \"", "test "),
            format!("{text}{nested}"),
            format!("{text}{nested}").replace("expect ", "exepct "),
        ];
        for text in damaged {
            assert!(text.len() > LONG);
            let mut sources = SourceMap::default();
            let id = sources.add("test.rubric", text);
            let (tree, found, _) = read(id, sources.file(id), None);
            let (alone, told, _) = read(id, sources.file(id), Some(false));
            assert_eq!(format!("{tree:?}"), format!("{alone:?}"));
            assert_eq!(format!("{found:?}"), format!("{told:?}"));
        }
    }
}
