package engine_test

import (
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func sealed(f *dataroom.Flags) { f.IRM = true }

// sealing is a sync that carries documents under rights management as they are handed out.
func (w *world) sealing() engine.Job {
	job := w.job("/A")
	job.Policy.UploadProtected = true
	return job
}

// contents are one that is held in memory here and one that isn't.
func contents() map[string]string {
	return map[string]string{"small": strings.Repeat("s", 1000), "large": strings.Repeat("l", 200<<10)}
}

// TestWhatIsSealedIsCarriedAsItIsHandedOut, which the listing tells the hash of, or doesn't.
func TestWhatIsSealedIsCarriedAsItIsHandedOut(t *testing.T) {
	for _, length := range []string{"known", "chunked"} {
		for _, hash := range []string{"download", "same", "absent"} {
			for name, content := range contents() {
				t.Run(strings.Join([]string{length, hash, name}, "/"), func(t *testing.T) {
					w := newWorld(t, dataroom.New(1))
					w.set(w.source, "fileLength", length)
					w.set(w.source, "downloadHash", hash)
					w.flagged("/A/a.pdf", content, sealed)
					w.sends(w.run(w.job("/A")), 0, 0, engine.Counts{Listed: 1, Skipped: 1})
					result := w.run(w.sealing())
					if length == "chunked" && (name == "large" || hash != "download") {
						// Neither its length nor its hash tells whether it came whole.
						w.sends(result, 0, 0, engine.Counts{Listed: 1, Failed: 1})
						w.stands(nil)
						return
					}
					w.sends(result, 1, 0, engine.Counts{Listed: 1, Synced: 1})
					if got := w.received("/Deal/a.pdf"); len(got) <= len(content) || strings.Contains(got, content) {
						t.Errorf("%d bytes stand", len(got))
					}
					w.sends(w.run(again(w.sealing(), result)), 0, 0, engine.Counts{Listed: 1, Synced: 1})
				})
			}
		}
	}
}

func TestWhatIsSealedAndCutIsNotCarried(t *testing.T) {
	for _, length := range []string{"known", "chunked"} {
		for _, fault := range []string{"cut", "truncate", "reset"} {
			for name, content := range contents() {
				t.Run(strings.Join([]string{length, fault, name}, "/"), func(t *testing.T) {
					w := newWorld(t, dataroom.New(1))
					w.set(w.source, "fileLength", length)
					if length == "known" {
						w.set(w.source, "ranges", "on")
					}
					w.flagged("/A/a.pdf", content, sealed)
					w.breaks(w.source, control.FaultRule{Fault: fault, Path: anyFile, Times: -1})
					w.sends(w.run(w.sealing()), 0, 0, engine.Counts{Listed: 1, Failed: 1})
					w.stands(nil)
				})
			}
		}
	}
}
