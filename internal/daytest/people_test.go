package daytest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// live lets time go by until the end, in which people work, services break, and the operator is started anew.
func (d *day) live(end time.Time, restart time.Duration) {
	d.t.Helper()
	people, faults, restarts := d.clock.NewTicker(d.plan.people), d.clock.NewTicker(d.plan.faults), d.clock.NewTicker(restart)
	defer people.Stop()
	defer faults.Stop()
	defer restarts.Stop()
	over := d.clock.NewTimer(end.Sub(d.clock.Now()))
	defer over.Stop()
	for {
		select {
		case <-over.C():
			return
		case <-people.C():
			d.work()
		case <-faults.C():
			d.breakSomething()
		case <-restarts.C():
			d.restart()
		}
	}
}

// content is like no other that there ever was.
func (d *day) content() dataroom.Content {
	text := fmt.Sprintf("content %d", len(d.made))
	sum := sha1.Sum([]byte(text))
	d.made[hex.EncodeToString(sum[:])] = true
	return dataroom.Bytes(text)
}

func (d *day) add(room *dataroom.Room, sync int) {
	d.t.Helper()
	folder, err := room.FolderAt(folderOf(sync))
	d.must(err)
	_, err = room.AddDocument(folder.ID, fmt.Sprintf("document %d", len(d.made)), ".txt", d.content())
	d.must(err)
}

// work is what somebody does in an exchange: add a document, mostly, or a new version, or take one away.
func (d *day) work() {
	d.t.Helper()
	d.changes++
	room := d.rooms[d.random.IntN(len(d.rooms))]
	documents := room.Documents()
	some := documents[d.random.IntN(len(documents))]
	switch n := d.random.IntN(10); {
	case n == 0 && len(documents) > d.plan.documents:
		d.must(room.DeleteDocument(some.ID, false))
	case n < 4:
		d.must(room.NewVersion(some.ID, d.content()))
	default:
		d.add(room, d.random.IntN(d.plan.syncs))
	}
}

// Faults that leave the service's answers true, where it gives any.
var (
	ofIntralinks = []string{
		"truncate", "reset", "corrupt", "cut", "drop", "latency", "html", "html200", "json200", "server999", "javascript",
		"throttle", "unauthorized", "expire", "notEntered", "doubleRow",
	}
	ofLuminance = []string{
		"late-answer", "broken-answer", "reset", "drop-before-commit", "drop-after-commit", "error-before-commit", "error-after-commit",
		"unauthorized", "html", "broken-list",
	}
)

// lists are all requests for an exchange's folders or documents, and no download.
const lists = "/v2/workspaces/*/{folders,documents}"

// breakSomething arms some faults for the next requests of either service. Sign-ins are left out: one that is refused is not
// tried again before somebody has looked at the credentials, because accounts lock.
func (d *day) breakSomething() {
	d.t.Helper()
	// What nobody has met is over: else more and more would wait for who asks seldom, and because of them.
	d.source.Control().ClearFaults()
	d.target.Control().ClearFaults()
	arm := func(c *control.Control, paths string, kinds []string) {
		d.faults++
		kind := kinds[d.random.IntN(len(kinds))]
		if kind == "server999" {
			paths = lists // of a download it says, where it is repeated, that the document is for the viewer only: believed for a day
		}
		d.must(c.AddFault(control.FaultRule{
			Fault: kind, Path: paths, Skip: d.random.IntN(20), Times: 1 + d.random.IntN(3), Args: map[string]string{"delay": "20ms"},
		}))
	}
	for range 1 + d.random.IntN(3) {
		arm(d.source.Control(), "/v2/workspaces/**", ofIntralinks)
		arm(d.target.Control(), "/api2/**", ofLuminance)
	}
}
