package engine_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// files are those that a watermark is tried on: of each type, one that is held in memory here and one that isn't.
func files(t *testing.T) map[string]string {
	t.Helper()
	const small, large = 1000, 200 << 10
	return map[string]string{
		"small.pdf": aPDF(small), "large.pdf": aPDF(large), "small.docx": aDOCX(t, small), "large.docx": aDOCX(t, large),
	}
}

func aPDF(size int) string {
	return "%PDF-1.4\n" + strings.Repeat("1 0 obj\n<< >>\nendobj\n", size/21) + "trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
}

func aDOCX(t *testing.T, size int) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	file, err := archive.CreateHeader(&zip.FileHeader{Name: "word/document.xml", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, strings.Repeat("<w:p/>", size/6)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// flagged puts a document into the room with flags set.
func (w *world) flagged(path, content string, set func(*dataroom.Flags)) *dataroom.Document {
	w.t.Helper()
	d := w.add(path, content)
	w.must(w.room.EditDocument(d.ID, func(d *dataroom.Document) { set(&d.Flags) }))
	return d
}

func watermarked(f *dataroom.Flags) { f.Watermarked = true }

// stamping is a sync that carries watermarked copies.
func (w *world) stamping() engine.Job {
	job := w.job("/A")
	job.Policy.UploadWatermarked = true
	return job
}

// received reads what stands at a path in Luminance.
func (w *world) received(path string) string {
	w.t.Helper()
	for _, d := range w.target.Documents(false) {
		if d.Path != path {
			continue
		}
		file, err := w.target.Open(d.ID)
		w.must(err)
		defer file.Close()
		content, err := io.ReadAll(file)
		w.must(err)
		return string(content)
	}
	w.t.Fatalf("nothing stands at %s", path)
	return ""
}

func TestAStampedCopyIsNotCarriedUnlessTheUserSaysSo(t *testing.T) {
	for name, content := range files(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.flagged("/A/"+name, content, watermarked)
			result := w.run(w.job("/A"))
			w.sends(result, 0, 0, engine.Counts{Listed: 1, Failed: 1})
			problem := result.Problems[0]
			if problem.Reason != "HashMismatch" || !strings.Contains(problem.Message, "spec.watermarkedDocuments: Upload") {
				t.Errorf("problem %+v", problem)
			}
			w.stands(nil)
		})
	}
}

func TestAStampedCopyIsCarriedWholeAndOnceWhereTheUserSaysSo(t *testing.T) {
	for _, length := range []string{"known", "chunked"} {
		for name, content := range files(t) {
			t.Run(length+"/"+name, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				w.set(w.source, "fileLength", length)
				d := w.flagged("/A/"+name, content, watermarked)
				w.add("/A/plain "+name, content)
				result := w.run(w.stamping())
				if length == "chunked" && strings.HasPrefix(name, "large") {
					// A large one has to be sent with its length, before all of it came.
					w.sends(result, 1, 0, engine.Counts{Listed: 2, Synced: 1, Failed: 1})
					if problem := result.Problems[0]; problem.Reason != "HashMismatch" || !strings.Contains(problem.Message, "how long the copy is") {
						t.Errorf("problem %+v", problem)
					}
					return
				}
				w.sends(result, 2, 0, engine.Counts{Listed: 2, Synced: 2})
				stamp, whole := strings.CutPrefix(w.received("/Deal/"+name), content)
				if !whole || strings.Count(stamp, "% Downloaded") != 1 {
					t.Errorf("%d bytes and a stamp %q", len(content), stamp)
				}
				if w.received("/Deal/plain "+name) != content {
					t.Error("what bears no stamp differs")
				}
				w.sends(w.run(again(w.stamping(), result)), 0, 0, engine.Counts{Listed: 2, Synced: 2})
				w.change(d, content+"%%EOF\n")
				w.sends(w.run(again(w.stamping(), result)), 0, 1, engine.Counts{Listed: 2, Synced: 2})
			})
		}
	}
}

// TestWhatIsBrokenIsNeverTakenForStamped: each content in each way that breaks it.
func TestWhatIsBrokenIsNeverTakenForStamped(t *testing.T) {
	for _, c := range []struct {
		name, fault, length string
		args                map[string]string
	}{
		{"a byte differs", "corrupt", "known", map[string]string{"at": "100"}},
		{"a byte differs, of a length that is not told", "corrupt", "chunked", map[string]string{"at": "100"}},
		{"cut", "cut", "known", nil},
		{"cut where the length is not told", "cut", "chunked", nil},
		{"broken off", "truncate", "known", nil},
		{"a web page", "html200", "known", nil},
	} {
		for name, content := range files(t) {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				w.set(w.source, "fileLength", c.length)
				w.add("/A/"+name, content)
				w.breaks(w.source, control.FaultRule{Fault: c.fault, Path: anyFile, Times: -1, Args: c.args})
				result := w.run(w.stamping())
				w.sends(result, 0, 0, engine.Counts{Listed: 1, Failed: 1})
				if strings.Contains(result.Problems[0].Message, "watermarkedDocuments") {
					t.Errorf("problem %+v", result.Problems[0])
				}
				w.stands(nil)
			})
		}
	}
}

// TestAStampedCopyThatIsCutIsNotCarried, also where nothing but its end tells.
func TestAStampedCopyThatIsCutIsNotCarried(t *testing.T) {
	for _, length := range []string{"known", "chunked"} {
		for name, content := range files(t) {
			t.Run(length+"/"+name, func(t *testing.T) {
				w := newWorld(t, dataroom.New(1))
				w.set(w.source, "fileLength", length)
				w.flagged("/A/"+name, content, watermarked)
				w.breaks(w.source, control.FaultRule{Fault: "cut", Path: anyFile, Times: -1, Args: map[string]string{"after": strconv.Itoa(len(content) - 50)}})
				w.sends(w.run(w.stamping()), 0, 0, engine.Counts{Listed: 1, Failed: 1})
				w.stands(nil)
			})
		}
	}
}

func TestNothingButPDFAndOfficeFilesIsTakenForStamped(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	w.flagged("/A/small.txt", "text %%EOF", watermarked)
	w.flagged("/A/large.txt", strings.Repeat("text %%EOF\n", 20<<10), watermarked)
	for _, job := range []engine.Job{w.job("/A"), w.stamping()} {
		result := w.run(job)
		w.sends(result, 0, 0, engine.Counts{Listed: 2, Failed: 2})
		for _, problem := range result.Problems {
			if problem.Reason != "HashMismatch" || strings.Contains(problem.Message, "watermarkedDocuments") {
				t.Errorf("problem %+v", problem)
			}
		}
	}
	w.stands(nil)
}

// TestADownloadNeverJoinsTwoStampedCopies: it breaks in the middle of the stamp, which is another in each copy, of a
// service that offers ranges even so.
func TestADownloadNeverJoinsTwoStampedCopies(t *testing.T) {
	for name, content := range files(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dataroom.New(1))
			w.set(w.source, "ranges", "on")
			w.set(w.source, "stampedRanges", "on")
			w.flagged("/A/"+name, content, watermarked)
			w.breaks(w.source, control.FaultRule{Fault: "reset", Path: anyFile, Args: map[string]string{"after": strconv.Itoa(len(content) + 45)}})
			w.sends(w.run(w.stamping()), 1, 0, engine.Counts{Listed: 1, Synced: 1})
			if got := w.received("/Deal/" + name); !strings.HasPrefix(got, content) {
				t.Error("what stands is not the document")
			}
			if n := w.answered(http.StatusPartialContent); n != 0 {
				t.Errorf("%d parts were asked for", n)
			}
		})
	}
}

// answered counts the answers of Intralinks with a status.
func (w *world) answered(status int) int {
	w.t.Helper()
	n := 0
	for _, r := range w.source.Control().Requests() {
		if r.Status == status {
			n++
		}
	}
	return n
}
