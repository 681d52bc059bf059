package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errDamaged says that the pages of a database contradict each other.
var errDamaged = errors.New("the file is damaged")

// inspect reads every page of the database once.
func inspect(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, verdict)
	}
	return nil
}

// isDamage tells a damaged database from a file that never was one: that is somebody else's, and not ours to move.
func isDamage(err error) bool {
	var refused *sqlite.Error
	if errors.As(err, &refused) {
		return refused.Code()&0xff == sqlite3.SQLITE_CORRUPT // without the extension
	}
	return errors.Is(err, errDamaged)
}

// setAside renames a damaged database, with what belongs to it, so that a new one can begin and nothing is lost
// that somebody may still read out of it.
func setAside(path string, now time.Time) (aside string, err error) {
	aside = path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("set the damaged file aside: %s", strings.TrimPrefix(err.Error(), "rename "))
		}
	}
	return aside, nil
}
