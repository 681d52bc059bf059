package engine_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// TestABrokenStreamIsStartedOverOrTakenUp in the same run, and the document lands once. breaks is after how many
// bytes; at the end nothing is left to ask for.
func TestABrokenStreamIsStartedOverOrTakenUp(t *testing.T) {
	small, big := strings.Repeat("s", 1000), strings.Repeat("l", 300<<10)
	for _, c := range []struct {
		name, content, ranges, fault, after string
		downloads, parts, uploads           int
	}{
		{"large, without ranges", big, "off", "reset", "", 2, 0, 2},
		{"large, with ranges", big, "on", "reset", "", 2, 1, 1},
		{"large, with ranges, before the first byte", big, "on", "reset", "0", 2, 0, 1},
		{"large, with ranges, before the last byte", big, "on", "truncate", "307199", 2, 1, 1},
		{"small, without ranges", small, "off", "truncate", "", 2, 0, 1},
		{"small, with ranges", small, "on", "truncate", "", 2, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.source, "ranges", c.ranges)
			w.add("/A/a.bin", c.content)
			args := map[string]string{}
			if c.after != "" {
				args["after"] = c.after
			}
			w.breaks(w.source, control.FaultRule{Fault: c.fault, Path: anyFile, Args: args})
			result := w.run(w.job("/A"))
			w.sends(result, 1, 0, engine.Counts{Listed: 1, Synced: 1})
			w.stands(map[string]string{"/Deal/a.bin": c.content})
			w.once()
			if n := w.answered(http.StatusPartialContent); n != c.parts {
				t.Errorf("%d parts, not %d", n, c.parts)
			}
			if n := countOf(w.source, anyFile); n != c.downloads {
				t.Errorf("%d downloads, not %d", n, c.downloads)
			}
			if n := w.asked(anyUpload); n != c.uploads {
				t.Errorf("%d uploads, not %d", n, c.uploads)
			}
		})
	}
}

// TestAStreamThatBreaksAgainAndAgainIsTakenUpEachTime, in parts that make up the whole.
func TestAStreamThatBreaksAgainAndAgainIsTakenUpEachTime(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.source, "ranges", "on")
	content := strings.Repeat("0123456789abcdef", 20<<10)
	w.add("/A/a.bin", content)
	w.breaks(w.source, control.FaultRule{Fault: "reset", Path: anyFile, Times: 5, Args: map[string]string{"after": "40000"}})
	w.sends(w.run(w.job("/A")), 1, 0, engine.Counts{Listed: 1, Synced: 1})
	w.stands(map[string]string{"/Deal/a.bin": content})
	if n := w.answered(http.StatusPartialContent); n != 5 {
		t.Errorf("%d parts", n)
	}
}

// watched is content that tells when it is opened for the second time: for its first download, after its hash.
type watched struct {
	dataroom.Bytes
	opened atomic.Int64
	second func()
}

// Open implements dataroom.Content.
func (c *watched) Open() (io.ReadSeekCloser, error) {
	if c.opened.Add(1) == 2 {
		c.second()
	}
	return c.Bytes.Open()
}

// TestWhatChangesWhileItIsTakenUpIsNotJoined: the second part is of another version.
func TestWhatChangesWhileItIsTakenUpIsNotJoined(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.set(w.source, "ranges", "on")
	second := strings.Repeat("second", 50<<10)
	first := &watched{Bytes: dataroom.Bytes(strings.Repeat("first ", 50<<10))}
	d := w.addContent("/A/a.bin", first)
	first.second = func() {
		if err := w.room.NewVersion(d.ID, dataroom.Bytes(second)); err != nil {
			t.Error(err)
		}
	}
	w.breaks(w.source, control.FaultRule{Fault: "reset", Path: anyFile})
	result := w.run(w.job("/A"))
	w.sends(result, 0, 0, engine.Counts{Listed: 1, Failed: 1})
	if n := w.answered(http.StatusPartialContent); n != 1 || problems(result)["a.bin"] != "HashMismatch" {
		t.Errorf("%d parts, problems %v", n, problems(result))
	}
	w.stands(nil)
	w.run(w.job("/A"))
	w.stands(map[string]string{"/Deal/a.bin": second})
}

// TestWhatIsCutOnceLandsInTheSameRun, whether or not the length is told, and also where a stamp might explain it.
func TestWhatIsCutOnceLandsInTheSameRun(t *testing.T) {
	for _, length := range []string{"known", "chunked"} {
		for name, content := range files(t) {
			for policy, job := range map[string]func(*world) engine.Job{
				"exact": func(w *world) engine.Job { return w.job("/A") }, "stamping": (*world).stamping,
			} {
				t.Run(strings.Join([]string{length, name, policy}, "/"), func(t *testing.T) {
					w := newWorld(t, dataroom.New(1))
					w.set(w.source, "fileLength", length)
					w.add("/A/"+name, content)
					w.breaks(w.source, control.FaultRule{Fault: "cut", Path: anyFile})
					w.sends(w.run(job(w)), 1, 0, engine.Counts{Listed: 1, Synced: 1})
					w.stands(map[string]string{"/Deal/" + name: content})
				})
			}
		}
	}
}
