/// What flowrun is measured against in one row.
struct Contender {
    /// How often it runs.
    enum Turn {
        /// Right after each run of flowrun.
        case eachPair
        /// Once, at the end: it takes long. All of flowrun's runs are compared with that one.
        case once
    }

    /// The last part of the row's name.
    let name: String
    /// As a reader would call it.
    let reference: String
    let target: Comparison.Target
    var turn = Turn.eachPair
    /// The seconds for flowrun's work, or for as much of it as that; throws ``MissingPeer`` where it is not here.
    let seconds: () throws -> Double
}

/// flowrun and what it is compared with, on the same work in turn.
struct Contest {
    enum Measure {
        case time
        case rate(workUnits: Double)
    }

    let name: String
    let measure: Measure
    let contenders: [Contender]
    /// One run of flowrun, with all that must be checked; gives the seconds of what is timed.
    let flowrun: () throws -> Double

    /// Runs all pairs, after one for nothing that fills the caches.
    ///
    /// Throws when flowrun fails. A contender that does, or that is not here, only loses its row.
    func hold(in session: Session) throws -> [Comparison] {
        var lanes = contenders.map(Lane.init)
        var flowrunSeconds: [Double] = []
        for round in 0...session.options.pairs {
            let own = try flowrun()
            if round > 0 { flowrunSeconds.append(own) }
            for index in lanes.indices where lanes[index].contender.turn == .eachPair {
                lanes[index].run(against: [own], counts: round > 0)
            }
        }
        for index in lanes.indices where lanes[index].contender.turn == .once {
            lanes[index].run(against: flowrunSeconds, counts: true)
        }
        return lanes.map(row)
    }

    /// A contender, and what came of it so far.
    private struct Lane {
        let contender: Contender
        var pairs: [Pair] = []
        /// Set when there is no more to expect of it.
        var ending: Comparison.Evidence?

        init(_ contender: Contender) {
            self.contender = contender
        }

        /// Runs it once, and pairs that with each of flowrun's runs.
        mutating func run(against flowrunSeconds: [Double], counts: Bool) {
            guard ending == nil else { return }
            do {
                let seconds = try contender.seconds()
                if counts { pairs += flowrunSeconds.map { Pair(flowrunSeconds: $0, referenceSeconds: seconds) } }
            } catch let peer as MissingPeer {
                ending = .missing(peer)
            } catch {
                ending = .failed("\(error)")
            }
        }
    }

    private func row(_ lane: Lane) -> Comparison {
        Comparison(
            name: "\(name)/\(lane.contender.name)", evidence: lane.ending ?? evidence(lane.pairs),
            target: lane.contender.target, reference: lane.contender.reference,
            notes: lane.contender.turn == .once ? ["measured once, as it takes long"] : [])
    }

    private func evidence(_ pairs: [Pair]) -> Comparison.Evidence {
        switch measure {
        case .time: .times(pairs)
        case .rate(let workUnits): .rates(pairs, workUnits: workUnits)
        }
    }
}
