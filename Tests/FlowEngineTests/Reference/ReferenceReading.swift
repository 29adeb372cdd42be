/// A place where SPEC can be read in two ways.
///
/// The interpreter takes the plain reading unless told otherwise, and notes which readings it had to choose between.
/// `NOTES.md` has the lines of SPEC for each. A product may take either way, but always the same: a test pins those it
/// has found out.
enum ReferenceReading: String, CaseIterable, Hashable, Sendable {
    /// The last of a chain was skipped by its own `when`, others ran: the chain gives null, not what was passed on.
    case skippedLastOfChainGivesNull
    /// The body was skipped by its own `when`: the chord gives null, not the list.
    case skippedBodyGivesNull
    /// The body was skipped by its own `when`: the chord counts as skipped likewise, instead of SUCCESS.
    case chordOfSkippedBodyIsSkipped
    /// All of a chain were skipped by their own `when`: the chain counts as skipped likewise, instead of SUCCESS.
    case chainOfSkippedIsSkipped
    /// All leaf steps were SKIPPED and nothing failed: `steps` counts as skipped by its own `when`, not as SUCCESS.
    case stepsOfSkippedIsSkipped
    /// A failure that was allowed does not meet `needs: {a: success}`.
    case allowedFailureIsNoSuccess
    /// A chain that ends in a group, and is followed by a node in another chain, makes a chord with that node.
    case nestedChainMakesChord
    /// A `ChordError` reaches the `link_error` of what stands first inside a composite body too.
    case chordErrorReachesHeads
    /// `allow_failure` on a composite forgives what fails in the callbacks of nodes inside it.
    case allowanceCoversCallbacks
    /// A null among the items of a fan-out has its index for a key, not `null`.
    case nullItemHasIndexForKey
}
