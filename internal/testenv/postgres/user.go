package postgres

import (
	"errors"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// unprivileged gives the user that the server runs as: it refuses to run as root. nil is whoever runs the tests.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	other, err := user.Lookup("postgres")
	if err != nil {
		other, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, errUID := strconv.ParseUint(other.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(other.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(errUID, errGID)
}
