package luminance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// Entries of the folder for received documents that hold no active document.
const (
	versionsDir    = ".versions"    // older versions, in the folder of the newest: .versions/<document id>/<name>
	attachmentsDir = ".attachments" // documents that an import took out of another
	incomingDir    = ".incoming"    // uploads on their way in
	markerFile     = ".received-by-luminance-simulator"
)

// contents keeps the bytes of documents: as files below a folder, in memory
// where there is none. A document's file is named by its path below that folder.
type contents struct {
	root string // empty: memory

	mu     sync.Mutex
	memory map[string][]byte
}

// openContents prepares the folder for received documents.
func openContents(root string) (*contents, error) {
	c := &contents{root: root, memory: map[string][]byte{}}
	if root == "" {
		return c, nil
	}
	if err := c.claim(); err != nil {
		return nil, fmt.Errorf("folder for received documents: %w", err)
	}
	return c, nil
}

// claim makes the folder ours. Files that no simulator put there are never
// touched.
func (c *contents) claim() error {
	if err := os.MkdirAll(c.root, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(c.root)
	if err != nil {
		return err
	}
	marker := filepath.Join(c.root, markerFile)
	if len(entries) > 0 {
		if _, err := os.Stat(marker); err != nil {
			return fmt.Errorf("%s holds files of somebody else: name an empty or a new folder", c.root)
		}
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(c.root, e.Name())); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(marker, []byte("Emptied whenever a simulator starts on this folder.\n"), 0o644); err != nil {
		return err
	}
	return os.Mkdir(filepath.Join(c.root, incomingDir), 0o755)
}

func (c *contents) makeDir(dir string) error {
	if c.root == "" {
		return nil
	}
	return os.MkdirAll(filepath.Join(c.root, dir), 0o755)
}

// taken tells whether something lies at a path already; on file systems that
// don't tell upper from lower case, also under another spelling.
func (c *contents) taken(path string) bool {
	if c.root == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, ok := c.memory[path]
		return ok
	}
	_, err := os.Lstat(filepath.Join(c.root, path))
	return !errors.Is(err, fs.ErrNotExist)
}

// free returns an entry of dir that is neither taken nor reserved: the name as it
// is, or with ~ and an id before its extension, or with one more ~ and a number.
func (c *contents) free(dir, name string, id int64, reserved func(entry string) bool) string {
	for n, suffix := 0, ""; ; n++ {
		entry := cutEntry(entryName(name), suffix)
		if !reserved(entry) && !c.taken(filepath.Join(dir, entry)) {
			return entry
		}
		suffix = "~" + strconv.FormatInt(id, 10)
		if n > 0 {
			suffix += "~" + strconv.Itoa(n)
		}
	}
}

// anyEntry reserves none.
func anyEntry(string) bool { return false }

// incoming is a document on its way in. It is nothing until it was kept.
type incoming struct {
	contents *contents
	file     *os.File
	memory   bytes.Buffer
	discard  bool
	kept     bool
}

// receive starts to take a document in. With discard on, only hashes stay.
func (c *contents) receive(discard bool) (*incoming, error) {
	in := &incoming{contents: c, discard: discard}
	if discard || c.root == "" {
		return in, nil
	}
	file, err := os.CreateTemp(filepath.Join(c.root, incomingDir), "")
	if err != nil {
		return nil, err
	}
	in.file = file
	return in, nil
}

// Write implements io.Writer.
func (in *incoming) Write(p []byte) (int, error) {
	switch {
	case in.discard:
		return len(p), nil
	case in.file != nil:
		return in.file.Write(p)
	}
	return in.memory.Write(p)
}

// finish ends the writing, so that keep only has to move.
func (in *incoming) finish() error {
	if in.file == nil {
		return nil
	}
	if err := in.file.Chmod(0o644); err != nil {
		return err
	}
	return in.file.Close()
}

// keep puts the document where it belongs. The path of one that was discarded
// is empty.
func (in *incoming) keep(path string) (string, error) {
	in.kept = true
	switch {
	case in.discard:
		return "", nil
	case in.file != nil:
		return path, os.Rename(in.file.Name(), filepath.Join(in.contents.root, path))
	}
	in.contents.mu.Lock()
	defer in.contents.mu.Unlock()
	in.contents.memory[path] = in.memory.Bytes()
	return path, nil
}

// drop forgets a document that was not kept.
func (in *incoming) drop() {
	if in.file != nil && !in.kept {
		_ = in.file.Close() // closed already where it came whole
		_ = os.Remove(in.file.Name())
	}
}

// move renames a document's content, making the directory for it.
func (c *contents) move(from, to string) error {
	if from == "" || from == to {
		return nil
	}
	if c.root != "" {
		if err := c.makeDir(filepath.Dir(to)); err != nil {
			return err
		}
		return os.Rename(filepath.Join(c.root, from), filepath.Join(c.root, to))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.memory[to] = c.memory[from]
	delete(c.memory, from)
	return nil
}

// moveDir renames a directory.
func (c *contents) moveDir(from, to string) error {
	if c.root == "" || from == to {
		return nil
	}
	return os.Rename(filepath.Join(c.root, from), filepath.Join(c.root, to))
}

// remove removes a document's content; that it is gone is all that is wanted.
func (c *contents) remove(path string) {
	if path == "" {
		return
	}
	if c.root == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.memory, path)
		return
	}
	path = filepath.Join(c.root, path)
	_ = os.Remove(path)
	// An older version or a part had a directory of its own in one that may have
	// become empty; one that hasn't stays.
	own := filepath.Dir(path)
	if all := filepath.Dir(own); filepath.Base(all) == versionsDir || filepath.Base(all) == attachmentsDir {
		_ = os.Remove(own)
		_ = os.Remove(all)
	}
}

// removeDir removes a folder's directory. In memory there is none.
func (c *contents) removeDir(dir string) {
	if c.root != "" {
		_ = os.RemoveAll(filepath.Join(c.root, dir))
	}
}

var errNotKept = errors.New("only the hashes of this document were kept")

func (c *contents) open(path string) (io.ReadCloser, error) {
	if path == "" {
		return nil, errNotKept
	}
	if c.root != "" {
		return os.Open(filepath.Join(c.root, path))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.memory[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}
