// The clock of the page: the sound where there is one, a clock of its own where the browser gives none.

export class Player {
  constructor(sound, duration) {
    this.sound = sound;
    this.duration = duration;
    this.playing = false;
    this.speed = 1;
    this.span = null; // [from, to] while a loop is on
    this._at = 0;
    this._since = 0;
    if (sound) {
      sound.preservesPitch = true;
      sound.addEventListener("error", () => (this.sound = null));
    }
  }

  // Time in the dance [s] at the browser's time `now` [ms].
  time(now) {
    if (!this.playing) return this._at;
    let t = this._at + ((now - this._since) / 1000) * this.speed;
    if (this.sound && !this.sound.paused && this.sound.readyState > 1) {
      // The sound's own clock moves in steps: follow it softly, and jump only when it is far off.
      const heard = this.sound.currentTime;
      const off = heard - t;
      t += Math.abs(off) > 0.12 ? off : off * 0.08;
      this._at = t;
      this._since = now;
    }
    if (this.span && (t >= this.span[1] || t < this.span[0] - 0.3)) {
      this.seek(this.span[0], now);
      t = this._at;
    } else if (t >= this.duration) {
      this.seek(this.duration, now);
      this.pause(now);
      t = this.duration;
    }
    return t;
  }

  seek(t, now = performance.now()) {
    this._at = Math.min(Math.max(t, 0), this.duration);
    this._since = now;
    this._sound();
  }

  // Puts the sound where the dance is; one that had come to its end has stopped by itself and is started again.
  _sound() {
    if (!this.sound) return;
    this.sound.currentTime = this._at;
    if (this.playing && this.sound.paused) this.sound.play().catch(() => {}); // silent where the browser refuses sound
  }

  play(now = performance.now()) {
    if (this._at >= this.duration - 0.02) this.seek(this.span ? this.span[0] : 0, now);
    this._since = now;
    this.playing = true;
    if (this.sound) this.sound.playbackRate = this.speed;
    this._sound();
  }

  pause(now = performance.now()) {
    if (this.playing) this._at = Math.min(this._at + ((now - this._since) / 1000) * this.speed, this.duration);
    this.playing = false;
    this.sound?.pause();
  }

  setSpeed(speed, now = performance.now()) {
    if (this.playing) {
      this._at = this.time(now);
      this._since = now;
    }
    this.speed = speed;
    if (this.sound) this.sound.playbackRate = speed;
  }
}
