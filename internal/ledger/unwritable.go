package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// unwritable adds what to do where the file, or the folder that its log lies in, can't be opened or written.
func unwritable(path string, err error) error {
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w; user %d must be able to write %s and the files in it: mount the volume writable, and give it to that user, or to the group that fsGroup of the pod's securityContext names",
			err, os.Getuid(), filepath.Dir(path))
	default:
		return err
	}
}
