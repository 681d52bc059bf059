package historytest

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryHistoryEndsWell draws histories. After each step only that may have changed in Luminance which the model
// lets change; in the end, when nothing breaks any more, what the model says stands there.
func TestEveryHistoryEndsWell(t *testing.T) {
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			dir := workDir(t)
			var done atomic.Int64
			rapid.Check(t, func(t *rapid.T) {
				s := drawSettings(t)
				first := rapid.SliceOfN(firstStep(), 1, 4).Draw(t, "first")
				steps := rapid.SliceOfN(anyStep(), 5, 15).Draw(t, "steps")
				live(t, dir, s, append(first, steps...))
				done.Add(1)
			})
			t.Logf("%d histories", done.Load())
		})
	}
}

// firstStep adds a document to the source folder.
func firstStep() *rapid.Generator[step] {
	number := rapid.IntRange(0, 11)
	return rapid.Custom(func(t *rapid.T) step {
		return step{Act: "add a document", A: number.Draw(t, "folder") % 7, B: number.Draw(t, "name"), C: number.Draw(t, "content")}
	})
}

// live lives through a history to its end.
func live(t *rapid.T, dir string, s settings, steps []step) {
	w := newWorld(t, dir, s)
	w.logf("%v", s)
	for _, next := range steps {
		w.take(next)
	}
	w.comeToRest()
}

// workDir is in memory where there is such a folder: how a ledger survives a power cut is tested elsewhere.
func workDir(t *testing.T) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "histories-"); err == nil { //nolint:usetesting // see above
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}
