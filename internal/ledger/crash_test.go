package ledger_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// victim is the variable that turns this test binary into a process that is killed in the middle of its work.
const victim = "LEDGER_VICTIM"

// TestAnIntentOutlivesTheKillOfItsProcess has another process announce an upload and a request, and kills it
// the moment it says so: no deferred call, no close, no flush.
func TestAnIntentOutlivesTheKillOfItsProcess(t *testing.T) {
	if folder := os.Getenv(victim); folder != "" {
		announceAndWait(t, folder)
	}
	g := NewWithT(t)
	folder := t.TempDir()
	_ = address(t, folder) // of this process: the other one's server would be killed with it
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	process.Env = append(os.Environ(), victim+"="+folder)
	output, err := process.StdoutPipe()
	g.Expect(err).NotTo(HaveOccurred())
	_, err = process.StdinPipe() // held open: its end is how the victim knows that this process is gone
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(process.Start()).To(Succeed())
	announced := false
	for lines := bufio.NewScanner(output); !announced && lines.Scan(); {
		announced = lines.Text() == "announced"
	}
	g.Expect(process.Process.Kill()).To(Succeed())
	g.Expect(process.Wait()).To(MatchError("signal: killed"))
	g.Expect(announced).To(BeTrue())

	l := open(t, folder)
	g.Expect(pair(t, l, heron).Documents(t.Context())).To(Equal(map[int64]*ledger.Record{
		1: {DocumentID: 1, Folder: "Leases", Name: "a.pdf", Standing: &standing1},
		2: {DocumentID: 2, Folder: "Leases", Name: "b.pdf", Intent: at("Leases", "b.pdf", intent2)},
	}))
	requests := load(t, l, host, start)
	g.Expect(requests).To(HaveLen(1))
	g.Expect(requests[0].Open).To(BeTrue())
}

// announceAndWait is the process that is killed.
func announceAndWait(t *testing.T, folder string) {
	p := pair(t, open(t, folder), heron)
	b := &book{Pair: p, t: t, folder: folder}
	b.must(b.Begin(t.Context(), 1, to("Leases", "a.pdf", intent1)))
	b.must(b.Settle(t.Context(), 1, standing1))
	reserve(t, open(t, folder), host, start)
	b.must(b.Begin(t.Context(), 2, to("Leases", "b.pdf", intent2)))
	fmt.Println("\nannounced")
	_, err := io.Copy(io.Discard, os.Stdin)
	t.Fatalf("nobody killed the victim: %v", err)
}
