/** The incident that newcomers are shown. */
export const preferredRecording = 'incident-004-overlay-tcp-instead-of-udp'
