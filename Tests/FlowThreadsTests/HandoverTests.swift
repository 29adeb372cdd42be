import FlowThreads
import Testing

@Suite struct `a handover` {
    @Test(arguments: [1, 2, 7, Int.max])
    func `brings all values in their order, however little room there is`(_ room: Int) {
        let handover = Handover<Int>(room: room)
        let thread = WorkThread {
            for value in 0..<10_000 { handover.put(value) }
            handover.close()
        }
        var taken: [Int] = []
        while let value = handover.take() { taken.append(value) }
        #expect(taken == Array(0..<10_000))
        thread?.join()
    }

    @Test func `lets who waits for room go on when it is closed, and drops the value`() {
        let handover = Handover<Int>(room: 1)
        handover.put(1)
        let answer = Handover<Bool>(room: 1)
        let thread = WorkThread { answer.put(handover.put(2)) }
        handover.close()
        #expect(answer.take() == false)
        #expect(handover.take() == 1)
        #expect(handover.take() == nil)
        thread?.join()
    }

    @Test func `gives nothing where nobody has put anything, without waiting`() {
        let handover = Handover<Int>(room: 1)
        #expect(handover.takeIfAny() == nil)
        handover.put(3)
        #expect(handover.takeIfAny() == 3)
    }
}

@Suite struct `work on many values` {
    @Test(arguments: [1, 2, 5])
    func `has its results in the order of the values`(_ threads: Int) {
        #expect(Parallel.map(Array(0..<500), threads: threads) { $0 * $0 } == (0..<500).map { $0 * $0 })
    }
}
